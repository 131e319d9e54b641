// Imports that files gain and lose when a symbol moves: joined to statements that are there, or written as new ones. One thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/code/moving/ecmascript/statements.h"
#include "common/code/moving/rewriter.h"

namespace argosy::code::es {

// `import { text } from "module"`, `export { text } from "module"`, or with `whole` as import of a default or a namespace.
struct WantedImport {
  std::string module, text;
  bool type = false, exports = false, whole = false;
  bool operator==(const WantedImport&) const = default;
};

class StatementWriter {
 public:
  StatementWriter(const Project& project, Rewriter& rewriter) : project_(project), rewriter_(rewriter) {}

  // The file takes `wanted`: in a statement that names its module already, else in one of its own that begins at `at`.
  void add(const Model& model, const WantedImport& wanted, std::size_t at);
  // The statement no longer takes its specifier at `index`.
  void take_out(const Model& model, const FromStatement& one, std::size_t index);
  // Text that stands before what is at `at`; several in the order of the calls.
  void insert(const std::string& path, std::size_t at, const std::string& text) { inserted_[path][at] += text; }
  // Hands all insertions to the rewriter. Once, last.
  void flush();

 private:
  const Project& project_;
  Rewriter& rewriter_;
  std::map<std::string, std::map<std::size_t, std::string>> inserted_;
  std::map<std::string, std::set<NodeId>> touched_;  // statements that lost something
};

// The statement without a line end.
std::string written(const WantedImport& wanted, const ImportStyle& style);
// The same statements with those of one module and kind in one.
std::vector<WantedImport> merged(const std::vector<WantedImport>& all);

}  // namespace argosy::code::es
