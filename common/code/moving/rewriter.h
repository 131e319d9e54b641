// Pieces of texts to be replaced, gathered file by file, with the reasons not to. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/code/binding/project.h"
#include "common/code/renaming/sites.h"

namespace argosy::code {

class Rewriter {
 public:
  void replace(const Model& model, Node node, std::string text) { replace(model.path, node.start(), node.end(), std::move(text)); }
  void replace(const std::string& path, std::size_t start, std::size_t end, std::string text);
  void refuse(std::string code, const Model& model, Node node);
  void refuse(std::string code, const std::string& path, std::string_view text, std::size_t at);

  // The first kind of refusal, if any, with all its places.
  Result<void> check() const;
  // Adds the changed files to the edit, in their own encodings.
  Result<void> write(const Project& project, Edit& edit);

 private:
  std::vector<Site> sites_;
  std::vector<Refusal> refusals_;
};

}  // namespace argosy::code
