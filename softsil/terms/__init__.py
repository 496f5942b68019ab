"""The loss registry: one term a file, and the reader of recipes such as "ce+sil". Never imports torch by itself."""
