"""What is not UTF-8 is named by a likely encoding, from a few words on."""

import json
from pathlib import Path

import pytest

from donor.errors import FormatError
from donor.formats import read
from donor.formats.files.encodings import likely_encoding

TEXTS = [
    ("cp1251", "Ионы заряжены, и вода течёт через мембрану."),
    ("cp1251", "Ионы"),
    ("cp1251", "Іони є зарядженими атомами її клітини"),
    ("koi8-r", "Ионы заряжены, и вода течёт через мембрану."),
    ("cp1252", "naïve café"),
    ("cp1252", "Größe"),
    ("cp1252", "Le café est naïf, où l’été décide « vraiment » des élèves à Noël."),
    ("cp1252", "“quoted” – dash"),
    ("cp1250", "Zażółć gęślą jaźń. Łódź jest piękna."),
    ("cp1253", "Τα ιόντα είναι φορτισμένα άτομα."),
    ("cp1254", "İyonlar yüklü atomlardır, güneş doğar."),
    ("cp1256", "الأيونات ذرات مشحونة"),
    ("shift_jis", "日本語"),
    ("shift_jis", "イオンは電荷を持つ原子である。"),
    ("euc_jp", "イオンは電荷を持つ原子である。"),
    ("gb18030", "离子带电"),
    ("gb18030", "水通过细胞膜流动。这是一个测试。"),
    ("big5", "水通過細胞膜流動。這是一個測試。"),
    ("euc_kr", "이온은 전하를 띤 원자이다."),
    ("utf-16", "ion"),
    ("utf-16", "Ионы"),
    ("utf-16-le", "an ion"),
    ("utf-16-be", "an ion"),
    ("utf-32", "ion"),
]


@pytest.mark.parametrize(("encoding", "text"), TEXTS)
@pytest.mark.parametrize("wrapped", [False, True])
def test_likely_encoding_reads_the_text(encoding: str, text: str, wrapped: bool) -> None:
    lines = [json.dumps({"id": str(n), "text": text}, ensure_ascii=False) for n in range(20)]
    raw = ("\n".join(lines) if wrapped else text).encode(encoding)
    assert raw.decode(likely_encoding(raw)) == raw.decode(encoding)


def test_noise_looks_like_no_encoding() -> None:
    assert likely_encoding(bytes(range(1, 256)) * 3) == ""


def test_line_and_command_are_named(tmp_path: Path) -> None:
    good, bad = (json.dumps({"text": text}, ensure_ascii=False) for text in ("ion", "вода"))
    file = tmp_path / "a.jsonl"
    file.write_bytes(good.encode() + b"\n" + bad.encode("cp1251") + b"\n")
    with pytest.raises(FormatError) as caught:
        list(read(file))
    assert caught.value.where == f"{file}:2"
    assert caught.value.hint == f"it looks like WINDOWS-1251: iconv -f WINDOWS-1251 -t UTF-8 {file}"
