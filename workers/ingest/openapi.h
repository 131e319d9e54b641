// schemas/openapi.yaml as JSON, made at build time (openapi_source.py).
#pragma once

#include <string_view>

namespace argosy::ingest {

std::string_view openapi_json();  // lives as long as the program

}  // namespace argosy::ingest
