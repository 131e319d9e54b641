#include "common/agent/formats/edit_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/agent/loop/limits.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

using code::EditFormat;

struct Family {
  std::string_view part;  // of the vendor's name for the model, in small letters
  EditFormat format;
};

// The first that fits. Vendors train their own models for a dialect; small open ones write blocks in text better than calls with JSON.
constexpr auto kFamilies = std::to_array<Family>({
    {"claude", EditFormat::str_replace},
    {"gpt-oss", EditFormat::apply_patch},
    {"gpt-5", EditFormat::apply_patch},
    {"gpt-4.1", EditFormat::apply_patch},
    {"codex", EditFormat::apply_patch},
    {"gpt-4-turbo", EditFormat::unified_diff},
    {"gemini", EditFormat::str_replace},
    {"qwen", EditFormat::search_replace},
    {"deepseek", EditFormat::search_replace},
    {"codestral", EditFormat::search_replace},
    {"mistral", EditFormat::search_replace},
    {"llama", EditFormat::search_replace},
    {"gemma", EditFormat::search_replace},
    {"starcoder", EditFormat::search_replace},
    {"phi-", EditFormat::whole_file},
});

constexpr std::array kPreferred{EditFormat::str_replace, EditFormat::apply_patch, EditFormat::unified_diff, EditFormat::search_replace,
                                EditFormat::whole_file};

std::string_view tool_of(EditFormat format) {
  switch (format) {
    case EditFormat::unified_diff:
    case EditFormat::apply_patch:
      return "apply_diff";
    case EditFormat::whole_file:
      return "create_file";
    default:
      return "edit_file";
  }
}

double share(const EditTally& tally) {
  return static_cast<double>(tally.applied) / static_cast<double>(std::max<std::int64_t>(1, tally.applied + tally.refused));
}

}  // namespace

EditFormat usual_format(std::string_view vendor_model) {
  const auto name = text::lower(vendor_model);
  const auto* const found = std::ranges::find_if(kFamilies, [&](const Family& one) { return name.contains(one.part); });
  return found == kFamilies.end() ? EditFormat::str_replace : found->format;
}

EditFormat measured_format(EditFormat usual, std::span<const EditTally> measured) {
  const auto enough = [](const EditTally& one) { return one.applied + one.refused >= kEnoughEdits; };
  const auto own = std::ranges::find(measured, usual, &EditTally::format);
  if (own == measured.end() || !enough(*own)) return usual;
  const auto* best = &*own;
  for (const auto& one : measured)
    if (enough(one) && share(one) > share(*best)) best = &one;
  return best->format;
}

bool serves(std::span<const std::string> tools, EditFormat format) { return std::ranges::find(tools, tool_of(format)) != tools.end(); }

EditFormat fitting_format(EditFormat wanted, std::span<const std::string> tools) {
  if (serves(tools, wanted)) return wanted;
  const auto* const found = std::ranges::find_if(kPreferred, [&](EditFormat format) { return serves(tools, format); });
  return found == kPreferred.end() ? EditFormat::whole_file : *found;
}

EditFormat next_format(EditFormat failed, std::span<const std::string> tools) {
  const bool diff = failed == EditFormat::unified_diff || failed == EditFormat::apply_patch;
  const bool whole = failed == EditFormat::whole_file;
  return fitting_format(diff || whole ? EditFormat::str_replace : EditFormat::whole_file, tools);
}

std::vector<std::string> offered_tools(std::span<const std::string> tools, EditFormat format) {
  std::vector<std::string> offered(tools.begin(), tools.end());
  const bool diff = format == EditFormat::unified_diff || format == EditFormat::apply_patch;
  // Whole files need the small edit, too: a long file is not sent whole. Blocks stand in the answer's text.
  std::erase_if(offered, [&](const std::string& tool) {
    if (tool == "edit_file") return (diff || format == EditFormat::search_replace) && serves(tools, format);
    return tool == "apply_diff" && !diff && serves(tools, format);
  });
  return offered;
}

std::string words_for(EditFormat format) {
  switch (format) {
    case EditFormat::unified_diff:
      return "Write edits as a unified diff with apply_diff: some lines of context around each change, copied exactly.";
    case EditFormat::apply_patch:
      return "Write edits as a patch with apply_diff: \"*** Begin Patch\", \"*** Update File: PATH\", hunks that begin with @@ and hold "
             "lines with ' ', '-' or '+' before them, \"*** End Patch\".";
    case EditFormat::search_replace:
      return "Write edits as blocks in the text of your answer, each below a line with the file's path: a line \"<<<<<<< SEARCH\", the "
             "lines "
             "as they are now, copied exactly, a line \"=======\", the lines as they shall be, a line \">>>>>>> REPLACE\".";
    case EditFormat::whole_file:
      return fmt::format(
          "Write a file of up to {} bytes whole, as it shall be, with create_file; of a longer one read the lines again and copy a few of "
          "them exactly.",
          kMaxWholeFile);
    default:
      return "Write edits with edit_file: a piece of the file, copied exactly and unique in it, and what shall stand there instead.";
  }
}

}  // namespace argosy::agent
