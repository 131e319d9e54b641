// Whatever a stranger's tests write: a clear answer, bounded, valid text, no crash.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "common/core/text.h"
#include "common/reports/coverage/coverage.h"
#include "common/reports/lint/lint.h"
#include "common/reports/source.h"
#include "common/reports/xml_reader.h"
#include "tests/unit/reports/samples.h"

namespace argosy::reports {
namespace {

using testing::HasSubstr;

std::string refusal(const Result<Report>& report) { return report ? "was read" : report.error().code + ": " + report.error().message; }

TEST(BadXml, BombsAndExternalEntitiesAreRefused) {
  const std::string bomb =
      "<?xml version=\"1.0\"?><!DOCTYPE t [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><testsuite><testcase "
      "name=\"&b;\"/></testsuite>";
  EXPECT_THAT(refusal(parse_junit(bomb)), HasSubstr("document type"));
  const std::string external = "<!DOCTYPE t SYSTEM \"file:///etc/passwd\"><testsuite><testcase name=\"a\"/></testsuite>";
  EXPECT_THAT(refusal(parse_any(external)), HasSubstr("document type"));
  // Undeclared entities are an error in the middle, and nothing is looked up for them.
  const auto report =
      parse_junit("<testsuite><testcase name=\"a\"/><testcase name=\"b\"><failure>&secret;</failure></testcase></testsuite>");
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->truncated);
}

TEST(BadXml, NestingIsBounded) {
  std::string deep = "<testsuite name=\"top\"><testcase name=\"a\"/>";
  for (int i = 0; i < 1'000'000; ++i) deep += "<testsuite>";
  const auto report = parse_junit(deep);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->truncated);
  EXPECT_EQ(numbers(*report), "1 0 0 0");
}

TEST(BadXml, ACutFileGivesWhatCameBefore) {
  const auto whole = sample("pytest.xml");
  std::size_t most = 0;
  for (std::size_t end = 0; end <= whole.size(); end += 7) {
    const auto report = parse_junit(whole.substr(0, end));
    if (!report) continue;
    EXPECT_TRUE(report->truncated || end == whole.size()) << end;
    EXPECT_GE(report->cases.size(), most) << "a longer file gave fewer cases at " << end;
    most = report->cases.size();
  }
  EXPECT_EQ(most, 9u);
}

TEST(BadXml, ACaseThatWasCutIsNoPass) {
  const auto report = parse_junit("<testsuite name=\"s\"><testcase name=\"a\"/><testcase name=\"b\"><system-out>and th");
  ASSERT_TRUE(report);
  EXPECT_EQ(numbers(*report), "1 0 1 0");
}

TEST(BadXml, BrokenBytesBecomeValidText) {
  const auto report =
      parse_junit("<testsuite><testcase name=\"a\xFF\xC0\x80\x01z\"><failure>\x1B[31mred\xED\xA0\x80</failure></testcase></testsuite>");
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->truncated);
  EXPECT_TRUE(text::is_utf8(report->cases.at(0).name));
  EXPECT_TRUE(text::is_utf8(report->cases.at(0).message));
  EXPECT_THAT(report->cases.at(0).message, HasSubstr("red"));
}

TEST(BadXml, CharactersAcrossPiecesStayWhole) {
  // Longer than what the XML reader takes at a time, of three-byte characters.
  std::string snow = "<testsuite><testcase name=\"a\"><failure>";
  for (int i = 0; i < 400'000; ++i) snow += "☃";
  const auto report = parse_junit(snow + "</failure></testcase></testsuite>");
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->truncated);
  EXPECT_EQ(report->cases.at(0).message.substr(0, 6), "☃☃");
  EXPECT_EQ(report->cases.at(0).message.find("\xEF\xBF\xBD"), std::string::npos);
}

TEST(Bounds, CasesNamesAndMessages) {
  std::string many = "<testsuite name=\"s\">";
  for (std::size_t i = 0; i < kMaxCases + 10; ++i) many += "<testcase name=\"a\"/>";
  const auto report = parse_junit(many + "</testsuite>");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->cases.size(), kMaxCases);
  EXPECT_TRUE(report->truncated);

  const std::string long_text(5'000'000, 'x');
  const auto huge = parse_junit("<testsuite><testcase name=\"" + long_text + "\"><failure message=\"" + long_text + "\">" + long_text +
                                "</failure></testcase></testsuite>");
  ASSERT_TRUE(huge);
  EXPECT_LE(huge->cases.at(0).name.size(), kMaxName);
  EXPECT_LE(huge->cases.at(0).message.size(), kMaxMessage);
}

TEST(Bounds, CasesBeyondThemAreCounted) {
  std::string many = "<testsuite name=\"s\">";
  for (std::size_t i = 0; i < kMaxCases; ++i) many += "<testcase name=\"a\"/>";
  many += "<testcase name=\"b\"><failure>no</failure></testcase><testcase name=\"c\"><skipped/></testcase><testcase name=\"d\"/>";
  const auto report = parse_junit(many + "</testsuite>");
  EXPECT_EQ(numbers(*report), std::to_string(kMaxCases + 1) + " 1 0 1");
  std::string points = "TAP version 13\n";
  for (std::size_t i = 0; i < kMaxCases; ++i) points += "ok\n";
  EXPECT_EQ(numbers(*parse_tap(points + "not ok\nok # SKIP\nok\n")), std::to_string(kMaxCases + 1) + " 1 0 1");
}

TEST(Bounds, MessagesTogether) {
  const std::string failure = "<testcase name=\"a\"><failure>" + std::string(kMaxMessage, 'x') + "</failure></testcase>";
  std::string many = "<testsuite>";
  const auto enough = kMaxText / kMaxMessage + 10;
  for (std::size_t i = 0; i < enough; ++i) many += failure;
  const auto report = parse_junit(many + "</testsuite>");
  EXPECT_EQ(report->cases.size(), enough);
  EXPECT_LE(report->text_bytes, kMaxText);
  EXPECT_TRUE(report->cases.back().message.empty());
  EXPECT_TRUE(report->truncated);
}

TEST(Bounds, ATagThatDoesNotEndIsNotHeld) {
  std::size_t given = 0;
  const std::string first = "<testsuite><testcase name=\"a\"/><testcase name=\"", rest(1u << 20, 'x');
  const auto report = parse_junit(Source([&]() -> std::string_view { return given++ == 0 ? first : rest; }));
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->truncated);
  EXPECT_EQ(numbers(*report), "1 0 0 0");
  EXPECT_LT(given, 2 * kMaxTag / rest.size()) << "the rest of an endless file was asked for";
}

// A JUnit report of more bytes than a reader may hold, made up while it is read.
Source made_up(std::uint64_t bytes) {
  static const std::string piece = [] {
    std::string cases;
    while (cases.size() < (1u << 20))
      cases += "<testcase name=\"a\" time=\"0.5\"><system-out>" + std::string(2'000, 'o') + "</system-out></testcase>";
    return cases;
  }();
  return [bytes, given = std::uint64_t{0}, step = 0]() mutable -> std::string_view {
    if (step == 0) return ++step, "<testsuites><testsuite name=\"s\">";
    if (given < bytes) return given += piece.size(), piece;
    return step++ == 1 ? "</testsuite></testsuites>" : "";
  };
}

TEST(Bounds, AJunitReportLargerThanWhatIsHeldIsReadToItsEnd) {
  const auto report = parse_source(made_up(kMaxWholeBytes + (4u << 20)));
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_GT(report->counts().total(), 30'000);
  EXPECT_DOUBLE_EQ(report->duration_s, 0.5 * static_cast<double>(report->counts().total()));
}

TEST(Bounds, OtherFormatsAreReadAsFarAsTheyAreHeld) {
  const std::string points = [] {
    std::string text;
    while (text.size() < (1u << 20))
      text += "ok - a name that is long enough to make few of them, and longer " + std::string(900, 'n') + "\n";
    return text;
  }();
  std::size_t given = 0;
  const auto report = parse_source([&]() -> std::string_view {
    ++given;
    if (given == 1) return "TAP version 13\n";
    return given < 70 ? std::string_view(points) : std::string_view();
  });
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_TRUE(report->truncated);
  EXPECT_GT(report->counts().passed, 50'000);
}

TEST(BadXml, EncodingsThatAreClaimedOrHidden) {
  const std::string cases = "<testsuite name='s'><testcase name='caf\xC3\xA9'/></testsuite>";
  EXPECT_NE(find(*parse_any("<?xml version='1.0' encoding='utf-16'?>" + cases), "café"), nullptr) << "it is UTF-8 all the same";
  EXPECT_NE(find(*parse_any("\xEF\xBB\xBF" + cases), "café"), nullptr);
  std::string unmarked;
  for (const char c : std::string("<?xml version='1.0'?><testsuite><testcase name='a'/></testsuite>")) unmarked += {c, '\0'};
  EXPECT_EQ(numbers(*parse_any(unmarked)), "1 0 0 0");
  EXPECT_NE(find(*parse_any("<j:testsuite xmlns:j='urn:j'><j:testcase name='n'/></j:testsuite>"), "n"), nullptr);
}

TEST(BadText, DeepAndEndlessJsonIsRefused) {
  for (const std::string& text : {"{\"testResults\":" + std::string(100'000, '['), "{\"testResults\":" + std::string(100'000, '{'),
                                  "{\"testResults\":\"" + std::string(1, '\0') + "\"}"})
    EXPECT_THAT(refusal(parse_any(text)), HasSubstr("report_unreadable"));
  EXPECT_TRUE(parse_jest_json("{\"testResults\":[{\"assertionResults\":[{\"duration\":1e308},{\"duration\":1e308}]}]}")->duration_s < 1e12);
}

TEST(Bounds, HundredThousandCasesOfEveryTextFormat) {
  std::string tap = "TAP version 13\n", go, pytest;
  for (int i = 0; i < 100'000; ++i) {
    const auto n = std::to_string(i);
    tap += (i % 10 == 0 ? "not ok " : "ok ") + n + " - t" + n + "\n";
    go += "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"T" + n + "\"}\n{\"Action\":\"" + (i % 10 == 0 ? "fail" : "pass") +
          "\",\"Package\":\"p\",\"Test\":\"T" + n + "\"}\n";
    pytest += "FAILED tests/t.py::t" + n + " - no\n";
  }
  EXPECT_EQ(numbers(*parse_any(tap + "1..100000\n")), "90000 10000 0 0");
  EXPECT_EQ(numbers(*parse_any(go)), "90000 10000 0 0");
  EXPECT_EQ(numbers(*parse_any(pytest + "==== 100000 failed, 5 passed in 9.99s ====\n")), "5 100000 0 0");
}

TEST(BadText, AnythingAtAllIsAnsweredNotCrashed) {
  std::string noise;
  std::uint32_t state = 12345;
  for (int i = 0; i < 200'000; ++i) noise += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  for (const auto& text : {std::string(), std::string("\n"), std::string(1'000'000, '\0'), std::string(1'000'000, '{'),
                           std::string(1'000'000, '<'), std::string(1'000'000, ' '), noise, "<" + noise, "TAP version 13\n" + noise,
                           "{\"Action\":\"run\",\"Package\":\"p\"}\n" + noise, "===== 3 passed in 0.1s =====\n" + noise}) {
    for (const auto& report :
         {parse_any(text), parse_junit(text), parse_tap(text), parse_go_test_json(text), parse_jest_json(text), parse_console(text)}) {
      if (!report) {
        EXPECT_EQ(report.error().code, "report_unreadable");
        EXPECT_EQ(report.error().category, Category::needs_user);
        continue;
      }
      for (const auto& one : report->cases) EXPECT_TRUE(text::is_utf8(one.id() + one.message + one.file));
    }
  }
}

TEST(BadText, SamplesCutAnywhereAreAnswered) {
  for (const char* name : {"node.tap", "go.json", "jest.json", "pytest.txt", "unittest.txt", "jest.txt", "mocha.txt", "maven.txt",
                           "vitest.txt", "node.txt", "go-v.txt"}) {
    const auto whole = sample(name);
    for (std::size_t end = 0; end < whole.size(); end += 13) {
      const auto report = parse_any(whole.substr(0, end));
      if (report) EXPECT_LE(report->counts().total(), 12) << name << " at " << end;
    }
  }
}

// Every sample with bytes changed, slices lost and slices doubled, given to every family of readers.
TEST(BadText, SamplesThatWereDamagedAreAnswered) {
  std::uint32_t state = 2026;
  const auto random = [&](std::size_t below) {
    return (state = state * 1664525 + 1013904223, (state >> 8) % std::max<std::size_t>(below, 1));
  };
  for (const auto& entry : std::filesystem::recursive_directory_iterator(ARGOSY_SOURCE_DIR "/tests/unit/reports/samples")) {
    if (!entry.is_regular_file()) continue;
    const auto whole = read_file(entry.path()).value_or("");
    for (int round = 0; round < 12; ++round) {
      auto text = whole;
      for (int change = 0; change < 4; ++change) {
        const auto at = random(text.size()), size = random(40);
        if (round % 3 == 0) text[at] = static_cast<char>(random(256));
        if (round % 3 == 1) text.erase(at, size);
        if (round % 3 == 2) text.insert(random(text.size()), text.substr(at, size));
      }
      for (const auto& report : {parse_any(text), parse_console(text)})
        if (report)
          for (const auto& one : report->cases) EXPECT_TRUE(text::is_utf8(one.id() + one.message + one.file + one.output)) << entry.path();
      if (const auto coverage = parse_coverage(text)) EXPECT_GE(coverage->lines().total, coverage->lines().covered);
      if (const auto lint = parse_lint(text))
        for (const auto& one : lint->findings) EXPECT_TRUE(text::is_utf8(one.file + one.rule + one.message)) << entry.path();
    }
  }
}

TEST(BadText, NumbersThatOverflowAreNoNumbers) {
  EXPECT_THAT(refusal(parse_console("=== 99999999999999999999999 passed in 1s ===\n")), HasSubstr("report_unreadable"));
  EXPECT_TRUE(parse_console("Tests:       1 failed, 5 passed, 6 total\nTime: 1e999999 s\n"));
}

}  // namespace
}  // namespace argosy::reports
