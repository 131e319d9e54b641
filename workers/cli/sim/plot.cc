#include "workers/cli/sim/plot.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace argosy::cli {
namespace {

constexpr double kWidth = 900, kPanel = 150, kLeft = 50, kTop = 28, kBottom = 22;
constexpr double kInner = kWidth - kLeft - 15, kHeight = kPanel - kTop - kBottom;
constexpr std::size_t kColumns = 600;  // of a line: what lies between two is drawn at its highest

struct Line {
  const char *colour, *name;
  double (*value)(const ReplaySample& sample, double slots);
};
constexpr Line kLines[] = {
    {"#b8b8b8", "steps ready and running, in workers' worth", [](const ReplaySample& sample, double slots) { return sample.load / slots; }},
    {"#1f77b4", "replicas", [](const ReplaySample& sample, double) { return static_cast<double>(sample.desired); }},
    {"#2ca02c", "workers that can claim", [](const ReplaySample& sample, double) { return static_cast<double>(sample.running); }},
};

// The highest value of each column of the picture; between two changes the last one holds.
std::vector<double> columns(const std::vector<ReplaySample>& samples, const Line& line, double slots, double end) {
  std::vector<double> out(kColumns, 0);
  double held = 0;
  std::size_t next = 0;
  for (std::size_t i = 0; i < kColumns; ++i) {
    out[i] = held;
    for (; next < samples.size() && samples[next].at <= end * static_cast<double>(i + 1) / kColumns; ++next) {
      held = line.value(samples[next], slots);
      out[i] = std::max(out[i], held);
    }
  }
  return out;
}

std::string panel(const std::string& title, const ReplayOutcome& outcome, double slots, double top) {
  const double end = outcome.samples.empty() ? 1 : std::max(1.0, outcome.samples.back().at);
  std::vector<std::vector<double>> drawn;
  double most = 1;
  for (const auto& line : kLines) {
    drawn.push_back(columns(outcome.samples, line, slots, end));
    most = std::max(most, std::ranges::max(drawn.back()));
  }
  const double bottom = top + kTop + kHeight;
  std::string out = fmt::format("<text x=\"{}\" y=\"{:.0f}\" font-weight=\"bold\">{}</text>\n", kLeft, top + 16, title);
  out +=
      fmt::format("<path d=\"M{0} {1:.0f}V{2:.0f}H{3:.0f}\" stroke=\"#333\" fill=\"none\"/>\n", kLeft, top + kTop, bottom, kLeft + kInner);
  out += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">{:.0f}</text>\n", kLeft - 4, top + kTop + 8, most);
  out += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">{:.0f} min</text>\n", kLeft + kInner, bottom + 14, end / 60);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    out += fmt::format("<path fill=\"none\" stroke=\"{}\" d=\"M", kLines[i].colour);
    for (std::size_t x = 0; x < kColumns; ++x) {
      if (x > 0 && drawn[i][x] == drawn[i][x - 1]) continue;
      const double at = kLeft + kInner * static_cast<double>(x) / kColumns, y = bottom - kHeight * drawn[i][x] / most;
      out += x == 0 ? fmt::format("{:.1f} {:.1f}", at, y) : fmt::format("H{:.1f}V{:.1f}", at, y);
    }
    out += fmt::format("H{:.1f}\"/>\n", kLeft + kInner);
  }
  return out;
}

std::string legend(double top) {
  std::string out;
  double x = kLeft;
  for (const auto& line : kLines) {
    out += fmt::format("<path d=\"M{0:.0f} {1:.0f}h20\" stroke=\"{2}\" stroke-width=\"3\"/><text x=\"{3:.0f}\" y=\"{4:.0f}\">{5}</text>\n",
                       x, top + 10, line.colour, x + 25, top + 14, line.name);
    x += 290;
  }
  return out;
}

}  // namespace

std::string plot_of(const std::vector<std::pair<std::string, ReplayOutcome>>& panels,
                    const std::map<std::string, ScaleSettings, std::less<>>& settings) {
  const double height = kPanel * static_cast<double>(panels.size()) + 24;
  auto out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"sans-serif\" font-size=\"11\">\n"
      "<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"#fff\"/>\n",
      kWidth, height);
  double top = 0;
  for (const auto& [queue, outcome] : panels) {
    const auto found = settings.find(queue);
    out += panel(queue, outcome, found == settings.end() ? 1 : found->second.target, top);
    top += kPanel;
  }
  return out + legend(top) + "</svg>\n";
}

}  // namespace argosy::cli
