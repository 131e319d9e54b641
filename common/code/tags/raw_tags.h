// Tags as they are read: views into the text, so that nothing is copied that an index would throw away. Used within common/code.
// One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/tags/tags.h"

namespace argosy::code {

// The start of a definition's line is worth showing, not all of a minified file.
inline constexpr std::size_t kMaxSignature = 160;
inline constexpr std::size_t kMaxScope = 1'000;  // bytes of a scope, spelled out

struct RawTags {
  struct Definition {
    std::string_view name, signature;
    std::uint32_t scope = 0;  // into scopes
    std::uint32_t line = 0, end_line = 0;
    TagKind kind = TagKind::function;
    bool exported = false;
  };
  struct Reference {
    std::string_view name;
    std::uint32_t line = 0;
    bool call = false;
  };

  std::vector<Definition> definitions;
  std::vector<Reference> references;
  std::vector<ImportLine> imports;
  std::vector<std::string> scopes{""};  // spelled out, each once
  std::string package;
  bool broken = false;

  void clear() {
    definitions.clear();
    references.clear();
    imports.clear();
    scopes.assign(1, "");
    package.clear();
    broken = false;
  }
};

}  // namespace argosy::code
