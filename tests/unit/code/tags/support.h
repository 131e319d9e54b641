// Tags as lines that a test can show, and one source of each language that has all that its tags know.
#pragma once

#include <string>
#include <vector>

#include "common/code/tags/tags.h"

namespace argosy::code {

// "3-5 method Outer.name *": line, end, kind, scope and name; * when it can be seen from outside. A line each.
std::string definitions(const FileTags& tags);
// "3 name", "3 name()" where it is called; with commas.
std::string references(const FileTags& tags);
// "1 module {a, b}", a line each.
std::string imports(const FileTags& tags);

// By the file's name; a failure of the test when it cannot be read.
FileTags read_tags(const std::string& path, const std::string& text);

extern const std::string kPythonSample;
extern const std::string kJavaScriptSample;
extern const std::string kTypeScriptSample;
extern const std::string kGoSample;
extern const std::string kJavaSample;
extern const std::string kCSample;
extern const std::string kCppSample;
extern const std::string kRustSample;

}  // namespace argosy::code
