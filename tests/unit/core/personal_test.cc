// What redact_personal() finds, and what it leaves alone. tests/fixtures/personal/README.md tells where the items come from.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "common/core/file.h"
#include "common/core/redact.h"
#include "common/core/redact/personal.h"
#include "common/core/text.h"

namespace argosy {
namespace {

namespace fs = std::filesystem;

std::vector<std::vector<std::string>> rows_of(const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  const auto all = read_file(fs::path(ARGOSY_SOURCE_DIR) / "tests/fixtures/personal" / name).value();
  for (const auto line : text::lines(all)) {
    rows.emplace_back();
    for (const auto field : text::split(line, '\t')) rows.back().emplace_back(field);
  }
  return rows;
}

// The share of the items that nobody can read any more; what was missed is told.
double recall(const std::vector<std::vector<std::string>>& rows) {
  std::size_t masked = 0;
  for (const auto& row : rows) {
    const auto& kind = row[0];
    const auto& item = row[1];
    const auto sentence = row.size() > 2 ? row[2] : "We were given " + item + " in April.";
    const auto out = redact_personal(sentence);
    const bool gone = out.find(item) == std::string::npos && out.find("[" + kind + "]") != std::string::npos;
    masked += gone ? 1 : 0;
    if (!gone) GTEST_LOG_(INFO) << kind << " was missed: " << sentence;
  }
  return static_cast<double>(masked) / static_cast<double>(rows.size());
}

TEST(PersonalData, OfOthersIsFound) {
  const auto rows = rows_of("third_party.tsv");
  ASSERT_GE(rows.size(), 400U);
  EXPECT_GE(recall(rows), 0.98);
}

TEST(PersonalData, OfOurOwnInSentencesIsFound) {
  const auto rows = rows_of("own.tsv");
  ASSERT_GE(rows.size(), 370U);
  EXPECT_GE(recall(rows), 0.98);
}

TEST(PersonalData, IsReplacedByWhatItIs) {
  EXPECT_EQ(redact_personal("mail a.b@example.com, tel. 030 1234567, card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00."),
            "mail [email], tel. [phone], card [card], IBAN [iban].");
  EXPECT_EQ(redact_personal("Bearer abcdefghijklmnop for a@b.org"), "Bearer [redacted] for [email]");
}

TEST(PersonalData, HasRightCheckDigits) {
  for (const char* wrong : {"4111 1111 1111 1112", "DE88370400440532013000", "5105105105105105", "9111 1111 1111 1111"})
    EXPECT_EQ(redact_personal(wrong), wrong);
}

TEST(PersonalData, IsNotWhatCodeIsFullOf) {
  for (const char* code : {"git@github.com:org/repo.git",
                           "npm i left-pad@1.3.0",
                           "@app.route('/x')",
                           "a = b @ c.T",
                           "x@sha256:abc",
                           "0.4111111111111111",
                           "+1234567890123",
                           "x = y+1234567890;",
                           "1700000000000",
                           "20231231235959",
                           "127.0.0.1:8080",
                           "v1.2.3-4567",
                           "550e8400-e29b-41d4",
                           "9223372036854775807",
                           "#define MASK 0x4111111111111111",
                           "[+1, +2, +3, +4, +5, +6, +7, +8]",
                           "2024-01-02 03:04:05",
                           "192.168.100.200",
                           "@@ -123,456 +123,4567 @@",
                           "999-99-9999",
                           "0012 3456 789a bcde"})
    EXPECT_EQ(redact_personal(code), code);
}

TEST(PersonalData, OfAnyLengthTakesTimeInProportion) {
  for (const char* piece : {"@", "a@", "+1 ", "\"@", "1 ", "DE89", "tel ", "(212) "}) {
    std::string text;
    while (text.size() < 300'000) text += piece;
    redact_personal(text);
  }
}

// Real code: what this repository and Python's library consist of. An address in them is somebody's; anything else is a false alarm, and
// so is an address with a country's domain that stands without quotes and brackets.
TEST(PersonalData, IsFalselyFoundAtMostOnceInTenThousandLinesOfCode) {
  std::size_t lines = 0, alarms = 0;
  const auto look = [&](const fs::path& path) {
    const auto all = read_file(path).value_or("");
    lines += static_cast<std::size_t>(std::ranges::count(all, '\n'));
    for (const auto& item : redaction::find_personal(all)) {
      const auto found = all.substr(item.at, item.length);
      const char before = item.at == 0 ? ' ' : all[item.at - 1];
      const bool country = found.size() > 3 && found[found.size() - 3] == '.';
      if (item.kind == redaction::Kind::email && (!country || std::string_view("<\"'(").find(before) != std::string_view::npos)) continue;
      ++alarms;
      GTEST_LOG_(INFO) << path << ": " << found;
    }
  };
  for (const char* room : {"common", "workers", "infra"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(ARGOSY_SOURCE_DIR) / room))
      if (entry.is_regular_file() && entry.path().parent_path().filename() != "redact") look(entry.path());  // that has examples
  for (const auto& entry : fs::recursive_directory_iterator("/usr/lib/python3.11", fs::directory_options::skip_permission_denied))
    if (entry.is_regular_file() && entry.path().extension() == ".py") look(entry.path());
  ASSERT_GE(lines, 30'000U);
  GTEST_LOG_(INFO) << alarms << " false alarms in " << lines << " lines";
  EXPECT_LE(alarms * 10'000, lines);
}

}  // namespace
}  // namespace argosy
