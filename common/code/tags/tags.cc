#include "common/code/tags/tags.h"

#include <array>

#include "common/code/encoding.h"
#include "common/code/tags/reader.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

struct Suffix {
  std::string_view end;
  Language language;
};

constexpr std::array kSuffixes{
    Suffix{".py", Language::python},
    Suffix{".pyi", Language::python},
    Suffix{".pyw", Language::python},
    Suffix{".js", Language::javascript},
    Suffix{".jsx", Language::javascript},
    Suffix{".mjs", Language::javascript},
    Suffix{".cjs", Language::javascript},
    Suffix{".ts", Language::typescript},
    Suffix{".mts", Language::typescript},
    Suffix{".cts", Language::typescript},
    Suffix{".tsx", Language::tsx},
    Suffix{".go", Language::go},
    Suffix{".java", Language::java},
    Suffix{".c", Language::c},
    Suffix{".h", Language::c},
    Suffix{".cc", Language::cpp},
    Suffix{".cpp", Language::cpp},
    Suffix{".cxx", Language::cpp},
    Suffix{".hpp", Language::cpp},
    Suffix{".hh", Language::cpp},
    Suffix{".hxx", Language::cpp},
    Suffix{".ipp", Language::cpp},
    Suffix{".inl", Language::cpp},
    Suffix{".rs", Language::rust},
};

constexpr std::array<std::string_view, 12> kKinds{"function", "method",   "class",    "interface", "struct", "enum",
                                                  "type",     "constant", "variable", "field",     "module", "macro"};

}  // namespace

std::string_view to_string(TagKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<Language> language_of(std::string_view path) {
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  for (const auto& [end, language] : kSuffixes)
    if (path.substr(dot) == end) return language;
  return std::nullopt;
}

FileTags tags_from(Language language, RawTags&& raw) {
  FileTags out{.language = language,
               .definitions = {},
               .references = {},
               .imports = std::move(raw.imports),
               .package = std::move(raw.package),
               .broken = raw.broken};
  std::size_t size = 0;
  for (const auto& scope : raw.scopes) size += scope.size();
  for (const auto& one : raw.definitions) size += one.name.size() + one.signature.size();
  for (const auto& one : raw.references) size += one.name.size();
  const auto bytes = std::make_shared<std::string>();
  bytes->reserve(size);  // so that no view has to move
  const auto keep = [&](std::string_view text) {
    const auto at = bytes->size();
    bytes->append(text);
    return std::string_view(*bytes).substr(at);
  };
  std::vector<std::string_view> scopes;
  for (const auto& scope : raw.scopes) scopes.push_back(keep(scope));
  for (const auto& one : raw.definitions)
    out.definitions.push_back({.name = keep(one.name),
                               .kind = one.kind,
                               .scope = scopes[one.scope],
                               .line = one.line,
                               .end_line = one.end_line,
                               .signature = keep(one.signature),
                               .exported = one.exported});
  for (const auto& one : raw.references) out.references.push_back({.name = keep(one.name), .line = one.line, .call = one.call});
  out.bytes = bytes;
  return out;
}

Result<FileTags> tags_of(Language language, std::string_view text) {
  const auto utf8 = as_utf8(text);
  TagReader reader;
  RawTags raw;
  ARGOSY_TRY_VOID(reader.read(language, utf8 ? *utf8 : text, raw));
  return tags_from(language, std::move(raw));
}

Result<FileTags> tags_of_file(std::string_view path, std::string_view text) {
  const auto utf8 = as_utf8(text);
  TagReader reader;
  RawTags raw;
  ARGOSY_TRY(const auto language, reader.read_file(path, utf8 ? *utf8 : text, raw));
  return tags_from(language, std::move(raw));
}

std::optional<std::string> as_utf8(std::string_view text) {
  if (text::is_utf8(text)) return std::nullopt;
  auto decoded = decode(text);
  return decoded ? std::optional(std::move(decoded->text)) : std::nullopt;
}

}  // namespace argosy::code
