// Templates: what they may hold, what they are filled with, whose they are.
#include <gmock/gmock.h>

#include "common/core/file.h"
#include "common/llm/prompts/embedded.h"
#include "common/llm/prompts/library.h"

namespace argosy::llm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kSmall =
    "about: a test\ntrusted: request, rules\nuntrusted: files\n\n<!-- system -->\nBe good.\n{{#rules}}\nRules: "
    "{{rules}}\n{{/rules}}\nEnd.\n"
    "<!-- context -->\n{{^files}}\nno files\n{{/files}}\n{{files}}\n<!-- task -->\nDo {{request}}. {{! said once }}\n";

Prompt small() {
  auto prompt = parse_prompt("small", kSmall, "here");
  EXPECT_TRUE(prompt) << to_string(prompt.error());
  return prompt ? *prompt : Prompt{};
}
std::vector<std::string> texts(const Result<Rendered>& rendered) {
  std::vector<std::string> out;
  if (!rendered) return {to_string(rendered.error())};
  for (const auto& message : rendered->request.messages)
    for (const auto& part : message.parts) out.push_back(std::get<Text>(part).text);
  return out;
}
std::string refusal(std::string_view text) {
  const auto parsed = parse_prompt("p", text, "here");
  return parsed ? "taken" : parsed.error().code + ": " + parsed.error().message;
}
std::string refusal(const Values& values) {
  const auto rendered = small().render(values);
  return rendered ? "rendered" : rendered.error().code;
}
const std::vector<Untrusted> kNothing{};

TEST(Prompt, IsFilledPartByPart) {
  const auto rendered = small().render({{"request", Trusted("<this> & {{rules}}")}, {"rules", Trusted("")}, {"files", kNothing}});
  EXPECT_THAT(texts(rendered), ElementsAre("Be good.\n\nEnd.\n\n" + std::string(kUntrustedRule), "no files", "Do <this> & {{rules}}."));
  EXPECT_EQ(rendered->request.messages[0].role, Role::system);
  EXPECT_TRUE(rendered->request.messages[0].cache_until_here);
  EXPECT_EQ(rendered->request.messages[1].role, Role::user);
  EXPECT_EQ(rendered->version.name, "small");
  EXPECT_EQ(rendered->version.hash, small().hash);
}

TEST(Prompt, SectionsShowWhatIsThere) {
  const auto shown = texts(small().render(
      {{"request", Trusted("it")}, {"rules", Trusted("none\nbut this")}, {"files", std::vector<Untrusted>{{.source = "a", .text = "1"}}}}));
  EXPECT_THAT(shown[0], HasSubstr("Be good.\nRules: none\nbut this\nEnd."));
  EXPECT_THAT(shown[1], Not(HasSubstr("no files")));
  EXPECT_THAT(shown[1], HasSubstr("source=\"a\">\n1\n</untrusted-"));
}

TEST(Prompt, WhatIsMissingUnknownOrOfTheWrongKindIsRefused) {
  EXPECT_EQ(refusal({{"request", Trusted("x")}, {"rules", Trusted("")}}), "prompt_value_missing");
  EXPECT_EQ(refusal({{"request", Trusted("x")}, {"rules", Trusted("")}, {"files", kNothing}, {"more", Trusted("")}}),
            "prompt_value_unknown");
  EXPECT_EQ(refusal({{"request", Trusted("x")}, {"rules", Trusted("")}, {"files", Trusted("")}}), "prompt_value_untrusted");
  EXPECT_EQ(refusal({{"request", kNothing}, {"rules", Trusted("")}, {"files", kNothing}}), "prompt_value_untrusted");
  EXPECT_EQ(refusal({{"request", Trusted(std::string(kMostPrompt, 'x'))}, {"rules", Trusted("")}, {"files", kNothing}}),
            "prompt_too_large");
}

TEST(Prompt, ItsHashChangesWithEveryByte) {
  const auto hash = small().hash;
  EXPECT_EQ(hash.size(), 64u);
  EXPECT_EQ(small().hash, hash);
  for (const auto at : {7u, 80u, 200u}) {
    std::string other(kSmall);
    other.insert(at, " ");
    const auto parsed = parse_prompt("small", other, "here");
    if (parsed) EXPECT_NE(parsed->hash, hash) << at;
  }
  EXPECT_NE(parse_prompt("small", std::string(kSmall) + "\n", "here")->hash, hash);
}

TEST(Prompt, OneThatIsWrongIsRefusedAndSaysWhere) {
  const std::string head = "about: a\ntrusted: x\nuntrusted: y\n";
  const std::string whole = head + "<!-- context -->\n{{y}}\n<!-- task -->\n{{x}}\n";
  EXPECT_EQ(refusal(whole), "taken");
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "it needs a line"},
           {head, "a part <!-- task -->"},
           {"<!-- task -->\nx", "about"},
           {"model: a\n" + whole, "line 1: "},
           {"about: again\n" + whole, "line 2: "},
           {whole + "<!-- system -->\n", "in this order"},
           {whole + "<!-- task -->\n", "in this order"},
           {whole + "{{z}}", "{{z}} is neither"},
           {head + "<!-- system -->\n{{y}}\n<!-- task -->\n{{x}}", "the system part is ours alone"},
           {head + "<!-- task -->\n{{x}}", "y is filled in nowhere"},
           {"about: a\ntrusted: x\nuntrusted: x\n<!-- task -->\n{{x}}", "x is trusted and untrusted"},
           {whole + "{{{x}}}", "neither a name nor a section"},
           {whole + "{{&x}}", "neither a name nor a section"},
           {whole + "{{> x}}", "neither a name nor a section"},
           {whole + "{{=<% %>=}}", "neither a name nor a section"},
           {whole + "{{ x }}", "neither a name nor a section"},
           {whole + "{{}}", "neither a name nor a section"},
           {whole + "{{x", "it has no end"},
           {whole + "{{", "it has no end"},
           {whole + "{{#x}}", "the section has no end"},
           {whole + "{{/x}}", "did not begin"},
           {whole + "{{#x}}{{^y}}{{/x}}{{/y}}", "did not begin"},
           {whole + "\xff", "UTF-8"},
           {whole + std::string(kMostTemplate, ' '), "bytes"},
       })
    EXPECT_THAT(refusal(text), HasSubstr(why)) << text.substr(0, 200);
}

class PromptFolder : public ::testing::Test {
 protected:
  void put(const std::string& name, std::string_view text) { EXPECT_TRUE(write_file_atomic(folder_.path() / name, text)); }
  Result<Prompts> open() { return Prompts::open(folder_.path()); }
  std::string refusal() {
    const auto all = open();
    return all ? "taken" : all.error().code;
  }

 private:
  TempDir folder_;
};

TEST_F(PromptFolder, StandsOverTheBuiltInOnes) {
  const std::string own = "about: ours\nuntrusted: diff\n<!-- context -->\n{{diff}}\n<!-- task -->\nWord it.\n";
  put("commit_message.md", own);
  put("haiku.md", "about: ours too\n<!-- task -->\nGo.\n");
  put("notes.txt", "no prompt");
  const auto all = open();
  ASSERT_TRUE(all) << to_string(all.error());
  EXPECT_EQ((*all->get("haiku"))->about, "ours too");
  const auto* prompt = *all->get("commit_message");
  EXPECT_THAT(prompt->source, HasSubstr("commit_message.md"));
  // Code fills it as it fills the built-in one: with the request, too.
  EXPECT_THAT(texts(prompt->render({{"request", Trusted("x")}, {"diff", kNothing}})), testing::Contains("Word it."));
}

TEST_F(PromptFolder, WhatCannotStandThereIsRefused) {
  put("commit_message.md", "about: ours\ntrusted: diff\n<!-- task -->\n{{diff}}\n");
  EXPECT_EQ(refusal(), "prompt_malformed") << "what is untrusted stays so, whatever the folder says";
  put("commit_message.md", "about: ours\ntrusted: color\n<!-- task -->\n{{color}}\n");
  EXPECT_EQ(refusal(), "prompt_malformed");
  put("commit_message.md", std::string(kMostTemplate + 1, 'x'));
  EXPECT_EQ(refusal(), "prompts_unreadable");
  const auto missing = Prompts::open("/nonexistent/prompts");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "prompts_unreadable");
}

TEST_F(PromptFolder, NamesAreNamesOfPrompts) {
  put("Bad Name.md", "about: x\n<!-- task -->\nx\n");
  EXPECT_EQ(refusal(), "prompts_unreadable");
}

TEST(BuiltInPrompts, AreTheirFilesAndAllAreRight) {
  std::vector<std::string> names;
  for (const auto& [name, text] : embedded_prompts()) {
    names.emplace_back(name);
    EXPECT_EQ(
        text,
        read_file(std::filesystem::path(ARGOSY_SOURCE_DIR) / "common/llm/prompts/templates" / (std::string(name) + ".md")).value_or(""));
  }
  EXPECT_THAT(names, ElementsAre("commit_message", "edit", "intent", "look", "plan", "review", "summary"));
  const auto all = Prompts::open();
  ASSERT_TRUE(all) << to_string(all.error());
  EXPECT_EQ(all->all().size(), names.size());
  for (const auto& prompt : all->all()) {
    Values values;
    for (const auto& name : prompt.trusted) values.emplace(name, Trusted("OURS-" + name));
    for (const auto& name : prompt.untrusted) values.emplace(name, std::vector<Untrusted>{{.source = "file", .text = "THEIRS-" + name}});
    const auto shown = texts(prompt.render(values));
    ASSERT_EQ(shown.size(), 3u) << prompt.name;
    std::string whole = shown[0] + shown[1] + shown[2];
    for (const auto& name : prompt.trusted) EXPECT_THAT(whole, HasSubstr("OURS-" + name));
    for (const auto& name : prompt.untrusted) EXPECT_THAT(shown[1], HasSubstr("THEIRS-" + name));
    EXPECT_THAT(whole, Not(HasSubstr("{{"))) << prompt.name;
  }
}

TEST(BuiltInPrompts, AnUnknownOneIsNamed) {
  const auto all = Prompts::open();
  ASSERT_TRUE(all);
  EXPECT_EQ(all->get("\xff nobody").error().code, "prompt_unknown");
}

}  // namespace
}  // namespace argosy::llm
