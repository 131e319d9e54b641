#!/usr/bin/env python3
"""Turns schemas/openapi.yaml into a C++ source that holds it as JSON: openapi_source.py IN.yaml OUT.cc"""
import json
import pathlib
import sys

import yaml

source, target = map(pathlib.Path, sys.argv[1:])
text = json.dumps(yaml.safe_load(source.read_text(encoding="utf-8")), separators=(",", ":"), ensure_ascii=False)
DELIMITER = "openapi"
assert f"){DELIMITER}\"" not in text
target.write_text(
    '#include "workers/ingest/openapi.h"\n\n'
    "namespace argosy::ingest {\n\n"
    f'std::string_view openapi_json() {{ return R"{DELIMITER}({text}){DELIMITER}"; }}\n\n'
    "}  // namespace argosy::ingest\n",
    encoding="utf-8")
