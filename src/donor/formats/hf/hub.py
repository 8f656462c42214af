"""A dataset of the Hugging Face hub, streamed row by row; code that lies there is never run."""

from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson
import pyarrow as pa

from donor.data import Document
from donor.errors import InputError
from donor.formats.format import Options, Refuse
from donor.formats.hf.files import DEFAULT, DataFile
from donor.formats.hf.reader import documents_of

__all__ = ["hub_documents", "revision_of"]

_TIMEOUT_S = 10.0
_ROWS = 500
_NOWHERE = "there is no such file or folder"


def hub_documents(name: str, *, options: Options, refuse: Refuse) -> Iterator[Document]:
    """The documents of a dataset's splits, in the order of the hub.

    Raises:
        InputError: the hub cannot be reached, has no such dataset, or has one that only its own
            code can read.
    """
    repository, _, config = name.partition(":")
    revision = revision_of(name)
    import datasets

    try:
        splits = datasets.load_dataset(
            repository, config or None, streaming=True, revision=revision
        )
        for split, rows in splits.items():
            path = f"data/{split}-00000-of-00001.parquet"
            file = DataFile(path, str(split), config or DEFAULT)
            batches = _batches(rows)
            first = next(batches, None)
            if first is not None:
                features = rows.features or datasets.Features.from_arrow_schema(first.schema)
                both = (batch for part in ([first], batches) for batch in part)
                known: dict[str, Any] = features.to_dict()
                yield from documents_of(file, known, both, options=options, refuse=refuse)
    except (OSError, ValueError, RuntimeError) as error:
        what = f"the hub's dataset cannot be read: {str(error).splitlines()[0][:300]}"
        raise InputError(name, what, "name a configuration as dataset:config") from None


def _batches(rows: Any) -> Iterator[pa.RecordBatch]:
    for table in rows.with_format("arrow").iter(batch_size=_ROWS):
        yield from table.combine_chunks().to_batches()


def revision_of(name: str) -> str | None:
    """The commit of the dataset, as the hub tells it.

    Raises InputError at once where the hub is out of reach or has no such dataset.
    """
    import datasets
    from huggingface_hub import constants, get_token

    hint = "give a path; a name of the hub needs the network"
    if datasets.config.HF_HUB_OFFLINE:
        raise InputError(name, f"{_NOWHERE}, and HF_HUB_OFFLINE forbids asking the hub", hint)
    token = get_token()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = f"{constants.ENDPOINT}/api/datasets/{name.partition(':')[0]}"
    try:
        with urlopen(Request(address, headers=headers), timeout=_TIMEOUT_S) as reply:
            told = orjson.loads(reply.read())
    except HTTPError as error:
        what = f"{_NOWHERE}, and the hub answers {error.code} to this name"
        raise InputError(name, what, "a private dataset needs a token: hf auth login") from None
    except OSError as error:
        what = f"{_NOWHERE}, and the hub cannot be reached: {error}"
        raise InputError(name, what, hint) from None
    return str(told["sha"]) if told.get("sha") else None
