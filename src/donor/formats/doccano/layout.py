"""Which keys of a record hold annotations, and how each says them."""

__all__ = [
    "ANNOTATIONS",
    "EMPTY",
    "ENTITY",
    "IN_OBJECTS",
    "LABELLED",
    "LISTS",
    "OBJECTS",
    "OTHER",
    "RELATION",
    "SHAPES",
    "STRING",
    "STRINGS",
]

ANNOTATIONS = ("label", "labels", "entities", "cats", "annotations")
ENTITY = ("id", "label", "start_offset", "end_offset")
RELATION = ("from_id", "to_id", "type")
# How a key says its annotations.
LISTS, OBJECTS, STRINGS, STRING, EMPTY = "lists", "objects", "strings", "string", "empty"
LABELLED, OTHER = "labelled", "other"
IN_OBJECTS = (OBJECTS, LABELLED)
SHAPES = {"str": STRINGS, "list": LISTS, "dict": OBJECTS}
