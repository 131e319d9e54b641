// What we write is what schemas/messages promise, and what we do not understand is refused.
#include <gtest/gtest.h>

#include "common/broker/dispatch.h"
#include "common/broker/event_message.h"
#include "common/core/file.h"
#include "common/core/json_schema.h"

namespace argosy::broker {
namespace {

json::Schema schema(const std::string& name) {
  const auto text = read_file(std::string(ARGOSY_SOURCE_DIR) + "/schemas/messages/" + name + ".schema.json");
  EXPECT_TRUE(text) << name;
  auto compiled = json::Schema::compile(*text);
  EXPECT_TRUE(compiled) << to_string(compiled.error());
  return std::move(*compiled);
}

std::string violation(const json::Schema& schema, const std::string& body) {
  const auto value = json::parse(body);
  if (!value) return to_string(value.error());
  const auto found = schema.check(*value);
  return found ? found->pointer + ": " + found->message : "";
}

const TaskId kTask{Uuid::v7(1'700'000'000'000)};
const std::string kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

Dispatch dispatch_of(std::size_t steps) {
  Dispatch dispatch{.traceparent = kTrace, .steps = {}};
  for (std::size_t i = 0; i < steps; ++i) dispatch.steps.push_back({kTask, static_cast<std::int16_t>(i)});
  return dispatch;
}

TEST(Dispatch, IsWhatItsSchemaSays) {
  const auto dispatch = schema("dispatch");
  EXPECT_EQ(violation(dispatch, encode(dispatch_of(1))), "");
  EXPECT_EQ(violation(dispatch, encode(dispatch_of(kMaxStepsPerDispatch))), "");
  EXPECT_NE(violation(dispatch, encode(dispatch_of(kMaxStepsPerDispatch + 1))), "");
}

TEST(Dispatch, ComesBackAsItWasSent) {
  const auto sent = dispatch_of(kMaxStepsPerDispatch);
  const auto read = decode_dispatch(encode(sent));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->traceparent, sent.traceparent);
  EXPECT_EQ(read->steps, sent.steps);
}

TEST(Dispatch, AllowsJsonsWhiteSpaceAndAnEmptyTraceparent) {
  const auto id = kTask.to_string();
  const auto read = decode_dispatch(" {\"v\" : 1,\n\"traceparent\":\"\", \"steps\" : [ [ \"" + id + "\" , 7 ] ] }\n");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->steps, (std::vector<StepRef>{{kTask, 7}}));
}

TEST(Dispatch, RefusesAVersionItDoesNotKnow) {
  auto body = encode(dispatch_of(1));
  body.replace(body.find("\"v\":1"), 5, "\"v\":2");
  const auto read = decode_dispatch(body);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "dispatch_unknown_version");
  EXPECT_NE(violation(schema("dispatch"), body), "");
}

TEST(Dispatch, RefusesMoreStepsThanAMessageMayName) {
  const auto read = decode_dispatch(encode(dispatch_of(kMaxStepsPerDispatch + 1)));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "dispatch_too_large");
  EXPECT_EQ(decode_dispatch(std::string(2u << 20, '[')).error().code, "dispatch_too_large");
}

class MalformedDispatch : public testing::TestWithParam<std::string> {};

TEST_P(MalformedDispatch, IsRefusedAndNamedSo) {
  const auto read = decode_dispatch(GetParam());
  ASSERT_FALSE(read) << GetParam();
  EXPECT_EQ(read.error().code, "dispatch_malformed");
  EXPECT_EQ(read.error().category, Category::needs_user);
}

const std::string kId = "018bcfe5-6800-7000-8000-000000000001";
INSTANTIATE_TEST_SUITE_P(Each, MalformedDispatch,
                         testing::Values("", "{", "[]", "null", "{}", R"({"v":1})", R"({"v":"1","traceparent":"","steps":[]})",
                                         R"({"v":1,"traceparent":"","steps":[]})", R"({"v":1,"steps":[["x",1]],"traceparent":""})",
                                         R"({"v":1,"traceparent":"","steps":[["x",1]]})",
                                         R"({"v":1,"traceparent":"","steps":[["018bcfe5-6800-7000-8000-00000000000z",1]]})",
                                         R"({"v":1,"traceparent":"","steps":[[")" + kId + R"(",-1]]})",
                                         R"({"v":1,"traceparent":"","steps":[[")" + kId + R"(",32768]]})",
                                         R"({"v":1,"traceparent":"","steps":[[")" + kId + R"(",01]]})",
                                         R"({"v":1,"traceparent":"","steps":[[")" + kId + R"(",1.5]]})",
                                         R"({"v":1,"traceparent":"","steps":[[")" + kId + R"(",1],]})",
                                         R"({"v":1,"traceparent":"","steps":[[")" + kId + R"(",1]]}x)",
                                         R"({"v":1,"traceparent":"","steps":[[")" + kId + R"(",1]],"more":1})",
                                         R"({"v":1,"traceparent":"\u0000","steps":[[")" + kId + R"(",1]]})",
                                         R"({"v":1,"traceparent":"","steps":[[")" + kId + R"(",99999999999999999999]]})",
                                         std::string("\0\xff\xfe binary", 10)));

tasks::Event event(std::int64_t seq) {
  return {.task = kTask,
          .seq = seq,
          .at = 1'795'000'000'123,
          .type = "step_state",
          .data = R"({"step":3,"state":"running"})",
          .traceparent = kTrace};
}

TEST(EventMessage, NumberedEventsAreWhatTheirSchemaSays) {
  const auto message = encode(EventMessage(std::vector{event(1), event(2)}), "/argosy/planning", kTrace);
  EXPECT_EQ(violation(schema("event"), message.body), "");
}

TEST(EventMessage, CarriesCloudEventsHeaders) {
  const auto message = encode(EventMessage(std::vector{event(1), event(2)}), "/argosy/planning", kTrace);
  EXPECT_EQ(message.headers.at("ce_specversion"), "1.0");
  EXPECT_EQ(message.headers.at("ce_type"), "dev.argosy.events.v1");
  EXPECT_EQ(message.headers.at("ce_source"), "/argosy/planning");
  EXPECT_EQ(message.headers.at("ce_subject"), kTask.to_string());
  EXPECT_EQ(message.headers.at("content-type"), "application/json");
  EXPECT_EQ(message.headers.at("traceparent"), kTrace);
  EXPECT_FALSE(message.headers.at("ce_id").empty());
}

TEST(EventMessage, EachEventHasItsOwnTimeTaskAndTrace) {
  std::vector<tasks::Event> events{event(1), event(2), event(3), event(4)};
  events[1].at += 1'000;
  events[2].at += 1'000;
  events[2].traceparent.clear();
  events[3].type = "a \"type\"";
  const auto sent = encode(EventMessage(events), "/a", {});
  std::vector<const tasks::Event*> pointers;
  for (const auto& one : events) pointers.push_back(&one);
  EXPECT_EQ(encode(pointers, "/a", {}).body, sent.body);
  const auto read = decode_event(sent.headers, sent.body);
  ASSERT_TRUE(read) << to_string(read.error());
  const auto& back = std::get<std::vector<tasks::Event>>(*read);
  ASSERT_EQ(back.size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(back[i].at, events[i].at);
    EXPECT_EQ(back[i].seq, events[i].seq);
    EXPECT_EQ(back[i].type, events[i].type);
    EXPECT_EQ(back[i].data, events[i].data);
    EXPECT_EQ(back[i].traceparent, events[i].traceparent);
  }
}

TEST(EventMessage, ARepeatedPublishHasTheSameIdAndAnotherMessageAnother) {
  const auto id = [](std::vector<tasks::Event> events) { return encode(EventMessage(std::move(events)), "/a", {}).headers.at("ce_id"); };
  EXPECT_EQ(id({event(1), event(2)}), id({event(1), event(2)}));
  EXPECT_NE(id({event(1), event(2)}), id({event(1)}));
  EXPECT_NE(id({event(1)}), id({event(2)}));
}

TEST(EventMessage, NumberedEventsComeBackAsTheyWereSent) {
  const auto sent = encode(EventMessage(std::vector{event(1), event(2)}), "/a", {});
  const auto read = decode_event(sent.headers, sent.body);
  ASSERT_TRUE(read) << to_string(read.error());
  const auto& events = std::get<std::vector<tasks::Event>>(*read);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].task, kTask);
  EXPECT_EQ(events[1].seq, 2);
  EXPECT_EQ(events[1].at, 1'795'000'000'123);
  EXPECT_EQ(events[1].type, "step_state");
  EXPECT_EQ(events[1].data, event(2).data);
  EXPECT_EQ(events[1].traceparent, kTrace);
}

TEST(EventMessage, LogChunksAreWhatTheirSchemaSaysAndComeBack) {
  const tasks::LogChunk chunk{.task = kTask, .step = 3, .epoch = 77, .attempt = 2, .offset = 4096, .text = "\"quoted\"\n\x1b[31mred\tπ"};
  const auto sent = encode(EventMessage(chunk), "/a", {});
  EXPECT_EQ(violation(schema("log"), sent.body), "");
  EXPECT_EQ(sent.headers.at("ce_type"), "dev.argosy.log.v1");
  const auto read = decode_event(sent.headers, sent.body);
  ASSERT_TRUE(read) << to_string(read.error());
  const auto& back = std::get<tasks::LogChunk>(*read);
  EXPECT_EQ(back.text, chunk.text);
  EXPECT_EQ(back.offset, chunk.offset);
  EXPECT_EQ(back.epoch, chunk.epoch);
  EXPECT_EQ(back.attempt, chunk.attempt);
}

TEST(EventMessage, RunningIsWhatItsSchemaSaysAndComesBack) {
  const Running running{.task = kTask, .step = 3, .epoch = 77, .attempt = 2, .queue = tasks::Queue::testing};
  const auto sent = encode(EventMessage(running), "/a", kTrace);
  EXPECT_EQ(violation(schema("running"), sent.body), "");
  const auto read = decode_event(sent.headers, sent.body);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(std::get<Running>(*read).queue, tasks::Queue::testing);
  EXPECT_EQ(std::get<Running>(*read).epoch, 77);
}

TEST(EventMessage, RefusesATypeItDoesNotKnow) {
  auto sent = encode(EventMessage(std::vector{event(1)}), "/a", {});
  sent.headers["ce_type"] = "dev.argosy.events.v2";
  EXPECT_EQ(decode_event(sent.headers, sent.body).error().code, "event_unknown_type");
  sent.headers.erase("ce_type");
  EXPECT_EQ(decode_event(sent.headers, sent.body).error().code, "event_malformed");
}

class MalformedEvent : public testing::TestWithParam<std::pair<std::string_view, std::string>> {};

TEST_P(MalformedEvent, IsRefused) {
  const auto read = decode_event({{"ce_type", std::string(GetParam().first)}}, GetParam().second);
  ASSERT_FALSE(read) << GetParam().second;
  EXPECT_EQ(read.error().code, "event_malformed");
}

std::string one_event(const std::string& members) { return R"({"events":[{"task_id":")" + kId + "\"," + members + "}]}"; }

INSTANTIATE_TEST_SUITE_P(
    Each, MalformedEvent,
    testing::Values(std::pair{kEventsType, ""}, std::pair{kEventsType, "{}"}, std::pair{kEventsType, R"({"events":[]})"},
                    std::pair{kEventsType, R"({"events":[{}]})"}, std::pair{kEventsType, std::string(1u << 20, '[')},
                    std::pair{kEventsType, one_event(R"("seq":0,"time":"2026-11-21T17:43:53.123Z","type":"x","data":{})")},
                    std::pair{kEventsType, one_event(R"("seq":1,"time":"2026-02-30T17:43:53.123Z","type":"x","data":{})")},
                    std::pair{kEventsType, one_event(R"("seq":1,"time":"yesterday","type":"x","data":{})")},
                    std::pair{kEventsType, one_event(R"("seq":1,"time":"2026-11-21T17:43:53.123Z","type":"x","data":"x")")},
                    std::pair{kLogType, R"({"task_id":")" + kId + R"(","step":1,"epoch":1,"attempt":1,"offset":-1,"text":"x"})"},
                    std::pair{kLogType, R"({"task_id":")" + kId + R"(","step":99999,"epoch":1,"attempt":1,"offset":0,"text":"x"})"},
                    std::pair{kRunningType, R"({"task_id":")" + kId + R"(","step":1,"epoch":1,"attempt":1,"queue":"mining"})"}));

}  // namespace
}  // namespace argosy::broker
