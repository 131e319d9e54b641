#include "tests/bench/soak/series.h"

#include <algorithm>
#include <numeric>
#include <span>

#include <fmt/format.h>

namespace argosy::bench {
namespace {

constexpr std::size_t kFewest = 6;

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Pixels.
constexpr int kColumns = 3, kWidth = 320, kHeight = 110, kLeft = 12, kTop = 26, kGapX = 24, kGapY = 34, kHead = 30;

std::string curve(const Series& series, double top) {
  std::string points;
  const auto last = static_cast<double>(std::max<std::size_t>(series.values.size() - 1, 1));
  for (std::size_t i = 0; i < series.values.size(); ++i)
    points += fmt::format("{:.1f},{:.1f} ", kWidth * static_cast<double>(i) / last, kHeight * (1 - series.values[i] / top));
  return points;
}

}  // namespace

Trend trend(const Series& series) {
  if (series.values.size() < kFewest) return {};
  const auto steady = std::span(series.values).subspan(series.values.size() / 6);
  const auto third = std::max<std::size_t>(steady.size() / 3, 1);
  Trend trend{.earlier = mean(steady.first(third)), .later = mean(steady.last(third))};
  trend.grows = trend.later > trend.earlier * (1 + series.share) + series.slack;
  return trend;
}

std::string plot(const std::vector<Series>& all, double minutes) {
  const int rows = (static_cast<int>(all.size()) + kColumns - 1) / kColumns;
  const int width = kLeft + kColumns * (kWidth + kGapX), height = kHead + rows * (kTop + kHeight + kGapY);
  auto svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" "
      "font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<text x=\"{2}\" y=\"20\" font-size=\"15\">soak: {3:.0f} "
      "minutes from left to right</text>\n",
      width, height, kLeft, minutes);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& series = all[i];
    const auto found = trend(series);
    const double top = series.values.empty() ? 1 : std::max(1e-9, 1.1 * *std::ranges::max_element(series.values));
    const int column = static_cast<int>(i) % kColumns, row = static_cast<int>(i) / kColumns;
    svg += fmt::format(
        "<g transform=\"translate({},{})\">\n<text y=\"-7\">{}: {:.4g} to {:.4g} {}{}</text>\n<rect width=\"{}\" height=\"{}\" "
        "fill=\"none\" stroke=\"#bbb\"/>\n<text y=\"{}\" fill=\"#777\" font-size=\"10\">0 to {:.4g} {}</text>\n<polyline points=\"{}\" "
        "fill=\"none\" stroke=\"{}\" stroke-width=\"1.3\"/>\n</g>\n",
        kLeft + column * (kWidth + kGapX), kHead + kTop + row * (kTop + kHeight + kGapY), series.name, found.earlier, found.later,
        series.unit, found.grows ? " GROWS" : "", kWidth, kHeight, kHeight + 13, top, series.unit, curve(series, top),
        found.grows ? "#c02020" : "#1f6fb2");
  }
  return svg + "</svg>\n";
}

}  // namespace argosy::bench
