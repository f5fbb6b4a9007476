"""Takes NLTK's data out of the wheel that carries it.

    python unpack.py WHEEL FOLDER
"""

import os
import sys
import zipfile

INSIDE = "llama_index/core/_static/nltk_cache/"

with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in wheel.namelist():
        if not name.startswith(f"{INSIDE}tokenizers/punkt_tab/") or name.endswith("/"):
            continue
        path = os.path.join(sys.argv[2], name[len(INSIDE) :])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(wheel.read(name))
