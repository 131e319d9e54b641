#include "common/code/tags/tags.h"

#include <array>

#include "common/code/encoding.h"
#include "common/code/tags/headers.h"
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
  out.definitions.reserve(raw.definitions.size());
  for (const auto& one : raw.definitions)
    out.definitions.push_back({.name = std::string(one.name),
                               .kind = one.kind,
                               .scope = raw.scopes[one.scope],
                               .line = one.line,
                               .end_line = one.end_line,
                               .signature = std::string(one.signature),
                               .exported = one.exported});
  out.references.reserve(raw.references.size());
  for (const auto& one : raw.references) out.references.push_back({std::string(one.name), one.line, one.call});
  return out;
}

Result<FileTags> tags_of(Language language, std::string_view text) {
  std::optional<Decoded> decoded;
  if (!text::is_utf8(text) && (decoded = decode(text))) text = decoded->text;
  TagReader reader;
  RawTags raw;
  ARGOSY_TRY_VOID(reader.read(language, text, raw));
  return tags_from(language, std::move(raw));
}

Result<FileTags> tags_of_file(std::string_view path, std::string_view text) {
  const auto language = language_of(path);
  if (!language)
    return fail_user("language_unsupported", "no grammar reads files of this name",
                     "Python, JavaScript, TypeScript, Go, Java, C, C++ and Rust are read");
  if (!path.ends_with(".h")) return tags_of(*language, text);
  const auto likely = likely_language_of_header(text);
  auto tags = tags_of(likely, text);
  if (tags && !tags->broken) return tags;
  auto others = tags_of(likely == Language::c ? Language::cpp : Language::c, text);
  return others && (!tags || !others->broken) ? others : tags;
}

}  // namespace argosy::code
