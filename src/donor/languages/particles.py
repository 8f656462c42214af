"""Small words that a quotation may have or lack at its edges, and those written on to a word."""

from functools import cache

from donor.languages.codes import primary

__all__ = ["attached", "function_words"]

# Articles and prepositions, with their contractions; what l' and d' are written as too.
_FUNCTION_WORDS = {
    "ar": "في من على إلى الى عن مع بين عند منذ حتى خلال",
    "bg": "в във на с със към о от до из за по под над при без у през между",
    "ca": "el la els les l un una uns unes de d del dels a al als en amb per pel pels sense",
    "cs": "v ve na s se z ze k ke o u do od ode po pro při za před pod nad mezi bez",
    "da": "en et den det de i på af til fra for med om ved",
    "de": "der die das den dem des ein eine einen einem einer eines in im ins an am ans auf "
    "aus bei beim mit nach von vom zu zum zur für über unter vor durch um ohne gegen",
    "el": "ο η το οι τα του της των τον την τη τους τις ένας μια ένα σε στο στη στην στον "
    "στους στις στα από με για",
    "en": "a an the of in on at to for from by with into as",
    "es": "el la los las un una unos unas lo de del a al en con por para sin sobre entre",
    "fr": "le la les l un une des du de d à au aux en dans sur sous par pour avec sans chez",
    "hr": "u na s sa k ka o od do iz za po pod nad pri bez",
    "hu": "a az egy",
    "it": "il lo la i gli le l un uno una di d del dello della dei degli delle a ad al allo "
    "alla ai agli alle da dal dallo dalla dai dalle in nel nello nella nei nelle su sul "
    "sulla sui sulle con per tra fra senza",
    "nl": "de het een in op aan met voor door uit bij naar te tot van over",
    "no": "en et ei den det de i på av til fra for med om ved",
    "pl": "w we na z ze k ku o u do od po pod nad przy za bez dla przez między",
    "pt": "o a os as um uma uns umas de do da dos das em no na nos nas ao à aos às por pelo "
    "pela pelos pelas para com sem sobre",
    "ro": "un o al a ai ale de la în pe cu din pentru prin fără",
    "ru": "в во на с со к ко у о об обо от ото до из изо за по под подо над надо при про без "
    "безо для через между перед передо среди около",
    "sk": "v vo na s so z zo k ku o u do od po pre pri za pred pod nad medzi bez",
    "sr": "у на с са к ка о од до из за по под над при без",
    "sv": "en ett den det de i på av till från för med om vid",
    "uk": "в у на з зі із до від о об по під над при за без для через між перед і",
}

_ATTACHED = {
    "ar": "وال فال بال كال لل ال و ف ب ك ل",
    "he": "וה שה ה ו ב כ ל מ ש",
}


@cache
def function_words(tag: str) -> frozenset[str]:
    """The articles and prepositions of a language, as folded text has them; none for many.

    >>> "the" in function_words("en-GB"), function_words("tlh")
    (True, frozenset())
    """
    words = _FUNCTION_WORDS.get(primary(tag), "").split()
    return frozenset(word.replace("ё", "е") for word in words)


@cache
def attached(tag: str) -> tuple[str, ...]:
    """Particles that the script of a language writes on to the beginning of a word."""
    return tuple(_ATTACHED.get(primary(tag), "").split())
