#include "workers/cli/client/context_text.h"

#include <fmt/format.h>

namespace argosy::cli {
namespace {

double number(const json::Value& of, std::string_view name) {
  const auto* found = of.find(name);
  return found != nullptr && found->is_number() ? found->as_double() : 0.0;
}

}  // namespace

std::string context_text(const json::Value& report) {
  auto text = fmt::format("{} of {} tokens\n", report.int_or("tokens", 0), report.int_or("budget", 0));
  for (const auto& piece : report.array_or_empty("pieces"))
    text +=
        fmt::format("{:>5.2f} {:<10} {:>7} {:<9} {}: {}\n", number(piece, "value"), piece.string_or("priority", "?"),
                    piece.int_or("tokens", 0), piece.string_or("form", "?"), piece.string_or("name", "?"), piece.string_or("reason", "?"));
  for (const auto& one : report.array_or_empty("left_out"))
    text += fmt::format("{:>5} {:<10} {:>7} {:<9} {}: {}\n", "-", one.string_or("priority", "?"), one.int_or("tokens", 0), "left out",
                        one.string_or("name", "?"), one.string_or("reason", "?"));
  if (const auto more = report.int_or("left_out_more", 0); more > 0) text += fmt::format("and {} more were left out\n", more);
  return text;
}

}  // namespace argosy::cli
