// What an import means, one resolver a language family. Used by this folder. Made for one repository; any thread once made.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/code/imports/paths.h"
#include "common/code/index/index.h"

namespace argosy::code::imports {

inline constexpr std::size_t kMostManifests = 2'000;    // of each kind; those beyond are not read
inline constexpr std::size_t kMostManifest = 1u << 20;  // bytes; a larger one is not read

// Neither of the two: it should be in the repository and is not.
struct Meant {
  std::vector<std::string> files{};
  std::string outside{};  // the package of others
};

struct Repository {
  const Paths& paths;
  std::span<const IndexedFile> files;
  const SourceTree& tree;
};

class Resolver {
 public:
  virtual ~Resolver() = default;
  virtual Meant resolve(const IndexedFile& importer, const ImportLine& line) const = 0;
};

std::unique_ptr<Resolver> python_resolver(const Repository& repository);
std::unique_ptr<Resolver> script_resolver(const Repository& repository);
std::unique_ptr<Resolver> go_resolver(const Repository& repository);
std::unique_ptr<Resolver> java_resolver(const Repository& repository);
std::unique_ptr<Resolver> c_resolver(const Repository& repository);
std::unique_ptr<Resolver> rust_resolver(const Repository& repository);

// The files of that name with their texts, by path; without those that cannot be read.
std::vector<std::pair<std::string, std::string>> manifests(const Repository& repository, std::string_view name);
// The names that a file refers to.
std::unordered_set<std::string_view> used_names(const IndexedFile& file);

}  // namespace argosy::code::imports
