#include "tests/simulation/fleet/kafka.h"

#include <algorithm>

namespace argosy::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kCommitEvery{750};
constexpr seconds kSession{6};

}  // namespace

Kafka::Kafka(Timeline& timeline, const Plan& plan, Random& random) : timeline_(timeline), plan_(plan), random_(random) {
  for (const auto lane : tasks::kLanes) {
    for (int i = 0; i < plan.partitions; ++i) partitions_.push_back({.lane = lane, .number = i, .log = {}});
  }
}

bool Kafka::away() const {
  return std::ranges::any_of(plan_.kafka,
                             [&](const Outage& outage) { return outage.from <= timeline_.now() && timeline_.now() < outage.until; });
}

void Kafka::produce(const std::vector<tasks::ReadyStep>& ready, bool elsewhere) {
  std::map<std::size_t, std::vector<StepRef>> messages;
  const auto count = static_cast<std::size_t>(plan_.partitions);
  for (const auto& step : ready) {
    const auto hash = elsewhere ? random_.below(count) : std::hash<StepRef>{}(step.ref) % count;
    messages[static_cast<std::size_t>(step.lane) * count + hash].push_back(step.ref);
  }
  for (auto& [partition, steps] : messages) {
    if (away() || random_.chance(plan_.lost_message)) continue;
    const bool late = random_.chance(plan_.late_message);
    const auto copies = random_.chance(plan_.doubled_message) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      const auto delay = late ? random_.between(milliseconds(5), seconds(8)) : random_.between(Time(200'000), milliseconds(3));
      timeline_.after(delay, [this, partition, steps] { append(partition, steps); });
    }
  }
}

void Kafka::append(std::size_t number, std::vector<StepRef> steps) {
  auto& partition = partitions_[number];
  partition.log.push_back({std::move(steps)});
  const auto member = members_.find(partition.owner);
  if (member != members_.end()) member->second.wake();
}

void Kafka::join(int member, std::function<void()> wake) {
  members_[member].wake = std::move(wake);
  rebalance();
}

void Kafka::leave(int member) {
  if (!members_.contains(member)) return;
  commit(member);
  members_.erase(member);
  rebalance();
}

void Kafka::lost(int member) {
  timeline_.after(kSession, [this, member] {
    if (members_.erase(member) > 0) rebalance();
  });
}

// Eager: everybody gives everything back, and reads on from what is committed.
void Kafka::rebalance() {
  for (auto& [id, member] : members_) {
    member.ledger.revoked_all();
    member.stored.clear();
  }
  auto next = members_.begin();
  for (auto& partition : partitions_) {
    partition.position = partition.committed;
    partition.owner = -1;
    if (members_.empty()) continue;
    if (next == members_.end()) next = members_.begin();
    partition.owner = (next++)->first;
  }
  for (auto& [id, member] : members_) member.wake();
}

std::vector<Kafka::Read> Kafka::poll(int id, std::size_t most, const std::array<bool, 3>& paused) {
  std::vector<Read> out;
  const auto found = members_.find(id);
  if (found == members_.end() || away()) return out;
  auto& member = found->second;
  std::array<bool, 3> available{!paused[0], !paused[1], !paused[2]};
  while (out.size() < most) {
    const auto lane = member.schedule.next(available);
    if (!lane) break;
    const auto partition = std::ranges::find_if(
        partitions_, [&](const Partition& p) { return p.owner == id && p.lane == *lane && p.position < p.log.size(); });
    if (partition == partitions_.end()) {
      available[static_cast<std::size_t>(*lane)] = false;
      member.schedule.idle(*lane);
      continue;
    }
    const auto offset = static_cast<std::int64_t>(partition->position++);
    Read read{.message = {.topic = tasks::topic(tasks::Queue::codegen, *lane),
                          .partition = partition->number,
                          .offset = offset,
                          .key = std::to_string(++reads_),
                          .body = {},
                          .headers = {}},
              .lane = *lane,
              .steps = partition->log[static_cast<std::size_t>(offset)].steps};
    member.ledger.taken({read.message.topic, read.message.partition}, offset);
    out.push_back(std::move(read));
  }
  return out;
}

Kafka::Partition& Kafka::partition_of(const broker::Message& message) {
  return *std::ranges::find_if(partitions_, [&](const Partition& p) {
    return p.number == message.partition && tasks::topic(tasks::Queue::codegen, p.lane) == message.topic;
  });
}

void Kafka::done(int id, const broker::Message& message) {
  const auto found = members_.find(id);
  if (found == members_.end()) return;
  auto& member = found->second;
  const auto next = member.ledger.done({message.topic, message.partition}, message.offset);
  if (!next) return;
  member.stored[static_cast<std::size_t>(&partition_of(message) - partitions_.data())] = static_cast<std::size_t>(*next);
  if (std::exchange(member.commits, true)) return;
  timeline_.after(kCommitEvery, [this, id] {
    const auto still = members_.find(id);
    if (still == members_.end()) return;
    still->second.commits = false;
    if (!away()) commit(id);
  });
}

void Kafka::commit(int id) {
  for (const auto& [partition, offset] : members_.at(id).stored) {
    if (partitions_[partition].owner == id) partitions_[partition].committed = offset;
  }
  members_.at(id).stored.clear();
}

bool Kafka::has(int id, tasks::Lane lane) const {
  return std::ranges::any_of(partitions_, [&](const Partition& p) { return p.owner == id && p.lane == lane && p.position < p.log.size(); });
}

void Kafka::delete_topics() {
  for (auto& partition : partitions_) {
    partition.log.clear();
    partition.committed = partition.position = 0;
  }
  rebalance();
}

}  // namespace argosy::simulation
