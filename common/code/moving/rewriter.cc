#include "common/code/moving/rewriter.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "common/code/places.h"
#include "common/code/renaming/outcome.h"

namespace argosy::code {
namespace {

struct Reason {
  std::string_view code, message, hint;
};
// What renames know too is told as they tell it (outcome.h).
constexpr auto kReasons = std::to_array<Reason>({
    {"private_needed", "it uses private names of its file, in {}", "move these with it, or give them public names"},
    {"load_order", "what runs while its file is loaded would run at another time, in {}", "put it into a function first"},
    {"import_unresolved", "imports cannot be written anew, in {}", "make them plain first: one module a line, relative or from the root"},
    {"access_lost", "what is not public would no longer be seen where it is used, in {}", "make it public first, or move it by hand"},
    {"name_taken", "the name is already taken in {}", "choose another name"},
});

}  // namespace

void Rewriter::replace(const std::string& path, std::size_t start, std::size_t end, std::string text) {
  sites_.push_back({path, start, end, std::move(text), 0, true});
}

void Rewriter::refuse(std::string code, const Model& model, Node node) {
  refuse(std::move(code), model.path, model.tree->text(), node.start());
}

void Rewriter::refuse(std::string code, const std::string& path, std::string_view text, std::size_t at) {
  refusals_.push_back({std::move(code), place_at(path, text, at)});
}

Result<void> Rewriter::check() const {
  for (const Reason& reason : kReasons) {
    std::vector<Place> places;
    for (const Refusal& refusal : refusals_)
      if (refusal.code == reason.code) places.push_back(refusal.place);
    if (!places.empty()) return code::refuse(std::string(reason.code), std::string(reason.message), std::string(reason.hint), places);
  }
  return check_refusals(refusals_);
}

Result<void> Rewriter::write(const Project& project, Edit& edit) {
  std::ranges::sort(sites_, {}, [](const Site& site) { return std::tie(site.path, site.start, site.end); });
  ARGOSY_TRY(Edit written, write_sites(project, sites_));
  for (auto& [path, bytes] : written.files) edit.files[path] = std::move(bytes);
  return {};
}

}  // namespace argosy::code
