#include "common/reports/report_json.h"
#include "common/reports/source.h"
#include "workers/cli/tool/commands.h"
#include "workers/cli/tool/input.h"

namespace argosy::cli {

int parse_report(const Arguments& arguments) {
  const auto format = arguments.value("--format").value_or("");
  if (!format.empty() && !reports::is_format(format))
    return wrong_usage("--format is junit, tap, go-test-json, jest-json or console, not \"" + format + "\"");
  reports::Report all;
  for (const auto& path : arguments.positional) {
    auto input = Input::open(path);
    if (!input) return report(input.error(), kUsage);
    auto read = reports::parse_source([&] { return input->next(); }, format);
    if (!read) return report(in_file(input->path(), read.error()), kUsage);
    reports::merge(all, std::move(*read));
  }
  reports::write_json(all, [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
  return kSucceeded;
}

}  // namespace argosy::cli
