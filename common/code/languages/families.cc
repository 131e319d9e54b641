#include "common/code/languages/families.h"

#include "common/code/languages/c/c.h"
#include "common/code/languages/ecmascript/ecmascript.h"
#include "common/code/languages/go/go.h"
#include "common/code/languages/java/java.h"
#include "common/code/languages/python/python.h"
#include "common/code/languages/rust/rust.h"

namespace argosy::code {

const Rules* rules_for(std::string_view language) {
  static const PythonRules python;
  static const EcmaScriptRules ecmascript;
  static const GoRules go;
  static const JavaRules java;
  static const RustRules rust;
  static const CRules c(Language::c), cpp(Language::cpp);
  if (language == "python") return &python;
  if (language == "go") return &go;
  if (language == "c") return &c;
  if (language == "cpp") return &cpp;
  if (language == "rust") return &rust;
  if (language == "java") return &java;
  if (language == "javascript" || language == "typescript" || language == "tsx") return &ecmascript;
  return nullptr;
}

bool is_only_renamed(std::string_view language) { return language == "c" || language == "cpp" || language == "rust"; }

bool may_define(std::string_view language, Language file) {
  const bool typescript = file == Language::typescript || file == Language::tsx;
  if (language == "typescript" || language == "tsx") return typescript;
  if (language == "javascript") return file == Language::javascript;
  return true;
}

}  // namespace argosy::code
