#include "common/project/describe.h"

#include "common/core/text.h"

namespace argosy::project {
namespace {

json::Value list(const std::vector<std::string>& texts) {
  json::Array array;
  for (const auto& text : texts) array.emplace_back(text::to_utf8(text));
  return array;
}

json::Value map(const std::map<std::string, std::string>& texts) {
  json::Object object;
  for (const auto& [key, value] : texts) object[text::to_utf8(key)] = text::to_utf8(value);
  return object;
}

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value() : json::Value(text::to_utf8(text)); }

json::Value evidence(const Component& component) {
  json::Array array;
  for (const auto& one : component.evidence)
    array.emplace_back(json::Object{{"file", text::to_utf8(one.file)}, {"says", text::to_utf8(one.says)}});
  return array;
}

json::Value needs(const std::vector<Need>& all) {
  json::Array array;
  for (const auto& need : all)
    array.emplace_back(
        json::Object{{"what", need.what}, {"program", text_or_null(need.program)}, {"check", need.check}, {"hint", need.hint}});
  return array;
}

json::Value set_up(const SetUp& set_up) {
  json::Array caches;
  for (const auto& cache : set_up.caches) caches.emplace_back(json::Object{{"kind", cache.kind}, {"folder", cache.folder}});
  return json::Object{{"folder", text::to_utf8(set_up.folder)},
                      {"commands", list(set_up.commands)},
                      {"cache_key_files", list(set_up.key_files)},
                      {"env", map(set_up.env)},
                      {"caches", std::move(caches)},
                      {"registries", list(set_up.registries)}};
}

json::Value test(const Test& test) {
  if (test.command.empty()) return {};
  return json::Object{{"runner", test.runner},
                      {"reason", text::to_utf8(test.reason)},
                      {"command", text::to_utf8(test.command)},
                      {"prepare", text_or_null(test.prepare)},
                      {"env", map(test.env)},
                      {"report_file", text_or_null(test.report_file)},
                      {"report_folder", text_or_null(test.report_folder)},
                      {"exit_code_decides", test.exit_code_decides},
                      {"some_files", text_or_null(test.some_files)},
                      {"one_case", text_or_null(test.one_case)},
                      {"case_timeout", text_or_null(test.case_timeout)}};
}

json::Value checks(const Component& component) {
  json::Array lint, format;
  for (const auto& one : component.lint)
    lint.emplace_back(json::Object{{"tool", one.tool},
                                   {"why", text::to_utf8(one.why)},
                                   {"command", text::to_utf8(one.command)},
                                   {"report", text_or_null(one.report)},
                                   {"format", one.format}});
  for (const auto& one : component.format)
    format.emplace_back(json::Object{{"tool", one.tool}, {"why", text::to_utf8(one.why)}, {"command", text::to_utf8(one.command)}});
  json::Value coverage;
  if (component.coverage)
    coverage = json::Object{{"tool", component.coverage->tool},
                            {"command", text::to_utf8(component.coverage->command)},
                            {"report", component.coverage->report},
                            {"format", component.coverage->format}};
  return json::Object{{"coverage", std::move(coverage)}, {"lint", std::move(lint)}, {"format", std::move(format)}};
}

}  // namespace

json::Value describe(const Component& component, const HasProgram& has_program) {
  json::Object object{{"folder", component.folder.empty() ? "." : text::to_utf8(component.folder)},
                      {"language", component.language},
                      {"framework", text_or_null(component.framework)},
                      {"package_manager", text_or_null(component.package_manager)},
                      {"runtime_version_wanted", text_or_null(component.runtime_version_wanted)},
                      {"test_command", text_or_null(component.test.command)},
                      {"setup_commands", list(component.set_up.commands)},
                      {"set_up", set_up(component.set_up)},
                      {"test", test(component.test)}};
  for (auto& [key, value] : checks(component).as_object()) object[key] = value;
  object["bench"] = component.bench ? json::Value(text::to_utf8(component.bench->command)) : json::Value();
  object["evidence"] = evidence(component);
  object["needs"] = needs(component.needs);
  object["missing"] = needs(missing(component, has_program));
  object["notes"] = list(component.notes);
  object["sources"] = component.sources;
  return object;
}

json::Value describe(const Project& project, const RepoFile& file, const std::vector<std::string>& changed_files,
                     const HasProgram& has_program) {
  const auto* chosen = choose(project, changed_files);
  if (chosen == nullptr && !project.components.empty()) chosen = &project.components.front();
  json::Object object;
  const auto top = overridden(chosen == nullptr ? Component() : *chosen, file, {});
  const auto described = describe(top, has_program);
  for (const auto& [key, value] : described.as_object()) object[key] = value;
  if (top.language.empty()) object["language"] = json::Value();
  json::Array components, hints;
  for (const auto& component : project.components) components.push_back(describe(component, has_program));
  for (const auto& hint : project.hints)
    hints.emplace_back(
        json::Object{{"file", text::to_utf8(hint.file)}, {"kind", hint.kind}, {"name", hint.name}, {"value", text_or_null(hint.value)}});
  object["components"] = std::move(components);
  object["hints"] = std::move(hints);
  return object;
}

}  // namespace argosy::project
