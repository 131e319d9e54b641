// Kafka as the workers see it: a log a partition, a consumer group with eager rebalances, offsets that are committed by a timer, and all
// that may go wrong with messages. Which message is next among lanes is decided by the product's LaneSchedule, which offset may be
// committed by its OffsetLedger. One thread.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "common/broker/consumer.h"
#include "common/broker/kafka/offset_ledger.h"
#include "common/broker/lane_schedule.h"
#include "common/tasks/step.h"
#include "tests/simulation/base/timeline.h"
#include "tests/simulation/world/plan.h"

namespace argosy::simulation {

class Kafka {
 public:
  struct Read {
    broker::Message message;
    tasks::Lane lane;
    std::vector<StepRef> steps;
  };

  Kafka(Timeline& timeline, const Plan& plan, Random& random);

  // Several steps a message, by partition; `elsewhere`: not where their key would lead them.
  void produce(const std::vector<tasks::ReadyStep>& ready, bool elsewhere);

  // A member of the group, until it leaves or its session is over. `wake` is called when there may be something to read.
  void join(int member, std::function<void()> wake);
  void leave(int member);
  void lost(int member);  // it died or froze: Kafka learns of it when its session is over
  bool is_member(int member) const { return members_.contains(member); }

  std::vector<Read> poll(int member, std::size_t most, const std::array<bool, 3>& paused);
  void done(int member, const broker::Message& message);
  // Whether a lane has something that this member could read now.
  bool has(int member, tasks::Lane lane) const;

  void delete_topics();

 private:
  struct Entry {
    std::vector<StepRef> steps;
  };
  struct Partition {
    tasks::Lane lane;
    std::int32_t number;
    std::vector<Entry> log;
    std::size_t committed = 0, position = 0;
    int owner = -1;
  };
  struct Member {
    std::function<void()> wake;
    broker::OffsetLedger ledger;
    broker::LaneSchedule schedule;
    std::map<std::size_t, std::size_t> stored;  // partition, offset; to be committed
    bool commits = false;
  };

  bool away() const;
  void append(std::size_t partition, std::vector<StepRef> steps);
  void rebalance();
  void commit(int member);
  Partition& partition_of(const broker::Message& message);

  Timeline& timeline_;
  const Plan& plan_;
  Random& random_;
  std::vector<Partition> partitions_;
  std::map<int, Member> members_;
  std::uint64_t reads_ = 0;  // each reading has a key of its own: offsets come again
};

}  // namespace argosy::simulation
