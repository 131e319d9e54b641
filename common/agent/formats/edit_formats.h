// Which format of edits a model is told, and what of an agent's tools serves it: as models.yaml has it, else the one that has fared best
// where enough was measured, else the usual one of the model's family. Pure, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/edits/edit_list.h"

namespace argosy::agent {

// Edits of one format before its share of success counts.
inline constexpr std::int64_t kEnoughEdits = 50;

struct EditTally {
  code::EditFormat format = code::EditFormat::str_replace;
  std::int64_t applied = 0, refused = 0;
};

// By the name that the vendor has for it: what models of that family were seen to write best.
code::EditFormat usual_format(std::string_view vendor_model);
// The usual one stays until it is measured itself; then the best of those with kEnoughEdits goes before it, where it is better.
code::EditFormat measured_format(code::EditFormat usual, std::span<const EditTally> measured);

// Whether an agent with these tools may edit in it.
bool serves(std::span<const std::string> tools, code::EditFormat format);
// `wanted`, or where the tools do not serve it the first other one that they serve; whole_file where none does.
code::EditFormat fitting_format(code::EditFormat wanted, std::span<const std::string> tools);
// What to go on with when edits of `failed` cannot be placed: diffs give way to pieces of text, these to whole files, and back.
code::EditFormat next_format(code::EditFormat failed, std::span<const std::string> tools);
// Of `tools` those that are offered with the format: of several ways to edit only the one.
std::vector<std::string> offered_tools(std::span<const std::string> tools, code::EditFormat format);
// How edits are to be written, for the model.
std::string words_for(code::EditFormat format);

}  // namespace argosy::agent
