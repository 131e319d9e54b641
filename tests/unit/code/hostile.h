// For tests with sources that were made to do harm: long texts, and what became of the rename.
#pragma once

#include <string>
#include <string_view>

#include "common/code/rename.h"

namespace argosy::code {

// Empty: it succeeded.
inline std::string code_of(const Result<Edit>& edit) { return edit ? "" : edit.error().code; }

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace argosy::code
