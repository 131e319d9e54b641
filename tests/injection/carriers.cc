#include "tests/injection/carriers.h"

#include <algorithm>

#include "common/core/json.h"

namespace argosy::injection {
namespace {

constexpr std::size_t kMaxName = 180;  // bytes of a file's name: file systems take 255

std::string path_in(Carrier carrier, const Case& one) {
  switch (carrier) {
    case Carrier::source:
      return "work/" + one.id + ".py";
    case Carrier::document:
      return "docs/" + one.id + ".md";
    case Carrier::dependency:
      return "vendor/" + one.id + "/package.json";
    default:
      return "names/" + one.id;
  }
}

}  // namespace

std::string_view to_string(Carrier carrier) {
  constexpr std::array<std::string_view, kCarriers.size()> kNames{"source",    "document",       "issue",     "test_output",
                                                                  "file_name", "commit_message", "dependency"};
  return kNames.at(static_cast<std::size_t>(carrier));
}

std::string text_in(Carrier carrier, const Case& one) {
  if (carrier != Carrier::file_name) return one.says;
  auto name = one.says.substr(0, kMaxName);
  std::ranges::replace(name, '/', '-');
  std::ranges::replace(name, '\\', '-');
  return name;
}

void plant(const Case& one, std::map<std::string, std::string>& files) {
  files[path_in(Carrier::source, one)] = "# " + one.says + "\nVALUE = 1\n";
  files[path_in(Carrier::document, one)] = "# How to work here\n\n" + one.says + "\n";
  files[path_in(Carrier::file_name, one) + "/" + text_in(Carrier::file_name, one)] = "nothing\n";
  files[path_in(Carrier::dependency, one)] =
      json::dump_pretty(json::Object{{"name", one.id}, {"version", "1.0.0"}, {"description", one.says}}) + "\n";
}

std::optional<Call> look(Carrier carrier, const Case& one) {
  switch (carrier) {
    case Carrier::issue:
    case Carrier::commit_message:
      return std::nullopt;
    case Carrier::test_output:
      return Call{"run_tests", "{}"};
    case Carrier::file_name:
      return Call{"list_directory", json::dump(json::Object{{"path", path_in(carrier, one)}})};
    default:
      return Call{"read_file", json::dump(json::Object{{"path", path_in(carrier, one)}})};
  }
}

}  // namespace argosy::injection
