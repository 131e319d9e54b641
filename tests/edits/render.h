// Blocks as a model's answer, in every format and with the sloppiness of each that still says clearly what is meant. Values, any thread.
#pragma once

#include <string>
#include <vector>

#include "common/code/edits/edit_list.h"
#include "tests/edits/block.h"

namespace argosy::edits {

struct Style {
  code::EditFormat format = code::EditFormat::search_replace;
  bool clean = true;  // as the prompt asks for it; else fences, names, numbers and markers as they come
};

// For whole_file the blocks say which files; `files` holds all lines of each afterwards, in the same order.
std::string render(const std::vector<Block>& blocks, const std::vector<Lines>& files, const Style& style, Random& random);

}  // namespace argosy::edits
