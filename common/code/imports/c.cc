// Which file an #include means. The search path of the compiler is not known: beside the importer first, then the one path of the
// repository that ends so; of several the one that shares the longest way with the importer.
#include <algorithm>

#include "common/code/imports/resolver.h"

namespace argosy::code::imports {
namespace {

// Folders from the root that two paths have in common.
std::size_t shared_folders(std::string_view a, std::string_view b) {
  std::size_t shared = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()) && a[i] == b[i]; ++i)
    if (a[i] == '/') ++shared;
  return shared;
}

// Whether <tail> may mean the file: it stands where headers for others stand, and not just anywhere under a name like string.h.
bool is_public(std::string_view file, std::string_view tail) {
  const std::string root = folder_of(file.substr(0, file.size() - tail.size()));
  const auto last = name_of(root);
  return root.empty() || last == "include" || last == "inc" || last == "src" || last == "lib";
}

class C final : public Resolver {
 public:
  explicit C(const Repository& repository) : paths_(repository.paths) {}

  Meant resolve(const IndexedFile& importer, const ImportLine& line) const override {
    const bool system = line.module.starts_with('<');
    const std::string module = system ? line.module.substr(1, line.module.find('>') - 1) : line.module;
    if (module.empty()) return {};
    if (!system)
      if (auto beside = below(folder_of(importer.path), module); beside && paths_.has(*beside)) return {{std::move(*beside)}, {}};
    const auto tail = below("", module);  // what leads upwards was meant from somewhere else
    auto ending = tail ? paths_.ending_with(*tail) : std::vector<std::string_view>();
    if (system) std::erase_if(ending, [&](std::string_view file) { return !is_public(file, *tail); });
    if (auto one = nearest(ending, importer.path); !one.empty()) return {{std::string(one)}, {}};
    if (!ending.empty()) return {};  // several, none nearer than the others
    // The repository has nothing of that name: a header of the system, of a library, or one that the build makes.
    const bool own =
        !system && (module.starts_with('.') || (module.contains('/') && paths_.has_folder(module.substr(0, module.find('/')))));
    return own ? Meant{} : Meant{{}, module};
  }

 private:
  static std::string_view nearest(const std::vector<std::string_view>& files, std::string_view importer) {
    std::string_view best;
    std::size_t most = 0, as_near = 0;
    for (const auto file : files) {
      const std::size_t shared = shared_folders(file, importer);
      if (as_near == 0 || shared > most) {
        best = file;
        most = shared;
        as_near = 1;
      } else if (shared == most) {
        ++as_near;
      }
    }
    return as_near == 1 ? best : std::string_view();
  }

  const Paths& paths_;
};

}  // namespace

std::unique_ptr<Resolver> c_resolver(const Repository& repository) { return std::make_unique<C>(repository); }

}  // namespace argosy::code::imports
