// Which paths a rename of a module changes, and how what imports them must be written then. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/moving/rewriter.h"

namespace argosy::code {

// From one path to another, a file or a folder with all that lies in it.
class ModuleMove {
 public:
  ModuleMove(std::string from, std::string to, bool folder) : from_(std::move(from)), to_(std::move(to)), folder_(folder) {}
  bool moves(std::string_view path) const;
  // Where the path is afterwards. A folder may be written with a slash at its end.
  std::string after(const std::string& path) const;
  const std::string& from() const { return from_; }
  const std::string& to() const { return to_; }
  bool is_folder() const { return folder_; }

 private:
  std::string from_, to_;
  bool folder_;
};

// One language's way to write imports.
class ImportWriter {
 public:
  virtual ~ImportWriter() = default;
  // Notes what must be written anew in the file, and what cannot be.
  virtual void rewrite(const Model& model, Rewriter& rewriter) = 0;
  // What imports of the file mean: paths, sorted, once each.
  virtual std::vector<std::string> imported(const Project& project, const Model& model) const = 0;
  // How strings name the module, before and after: "pkg.mod". Empty where they do not.
  virtual std::pair<std::string, std::string> names() const = 0;
};

std::unique_ptr<ImportWriter> python_imports(const Project& project, const Rules& rules, const ModuleMove& move, Force force);
std::unique_ptr<ImportWriter> ecmascript_imports(const Project& project, const Rules& rules, const ModuleMove& move, Force force);

std::string folder_of_path(std::string_view path);

}  // namespace argosy::code
