#include "tests/drain/crew.h"

#include <signal.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/clock.h"
#include "common/core/ports.h"
#include "common/core/text.h"

namespace argosy::drain {
namespace {

constexpr double kBusy = 10, kMostAge = 3600;  // of the deletion cost: 0 idle, else 10 + age of the oldest running step, capped

// Its log says who it is: "worker":"019a...".
std::string id_in(const std::string& log) {
  for (const auto line : text::lines(log)) {
    if (line.find("working") == std::string_view::npos) continue;
    constexpr std::string_view kName = R"("worker":")";
    const auto at = line.find(kName);
    if (at != std::string_view::npos) return std::string(line.substr(at + kName.size(), 36));
  }
  return "";
}

std::map<std::string, double> cost_of_busy(testing::SqlSession& sql) {
  std::map<std::string, double> cost;
  for (const auto& row :
       sql.query("SELECT owner, extract(epoch FROM now() - min(claimed_at)) FROM step WHERE state = 'running' GROUP BY owner"))
    cost[row[0]] = kBusy + std::min(kMostAge, std::stod(row[1]));
  return cost;
}

}  // namespace

Crew::Crew(test::Environment environment, std::filesystem::path folder, std::uint64_t seed)
    : environment_(std::move(environment)), folder_(std::move(folder)), seed_(seed) {
  std::filesystem::create_directories(effects());
}

void Crew::scale_up(std::size_t count) {
  const auto first = workers_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = fmt::format("worker-{}", ++started_);
    test::ProcessOptions options{.program = "drain_worker",
                                 .arguments = {name, effects().string(), fmt::to_string(seed_)},
                                 .environment = environment_,
                                 .log = folder_ / (name + ".log"),
                                 .health_port = free_port().value()};
    options.environment["ARGOSY_ADMIN_PORT"] = fmt::to_string(options.health_port);
    options.environment["ARGOSY_WORK_DIR"] = (folder_ / "work" / name).string();
    workers_.push_back(std::make_unique<Worker>(Worker{.name = name, .id = "", .process = test::Process(std::move(options))}));
  }
  for (auto place = first; place < workers_.size(); ++place) {
    auto& [name, id, process, until, busy] = *workers_[place];
    if (!process.wait_log(R"("worker":")")) throw std::runtime_error(name + " did not start:\n" + process.log());
    process.wait_ready();
    id = id_in(process.log());
    if (id.empty()) throw std::runtime_error(name + " does not say who it is:\n" + process.log());
  }
}

void Crew::scale_down(Victim who, testing::SqlSession& sql, std::mt19937_64& random) {
  const auto cost = cost_of_busy(sql);
  const auto of = [&](const auto& worker) { return cost.contains(worker->id) ? cost.at(worker->id) : 0; };
  std::ranges::shuffle(workers_, random);
  const auto victim = who == Victim::any ? workers_.begin() : std::ranges::min_element(workers_, {}, of);
  auto worker = std::move(*victim);
  workers_.erase(victim);
  worker->busy = of(worker) > 0;
  worker->until = system_clock().boot_time() + kGrace;
  if (!worker->process.running()) throw std::runtime_error(worker->name + " ended by itself:\n" + worker->process.log());
  ::kill(worker->process.pid(), SIGTERM);
  leaving_.push_back(std::move(worker));
}

void Crew::kill_one(std::mt19937_64& random) {
  const auto victim = workers_.begin() + std::uniform_int_distribution<std::ptrdiff_t>(0, std::ssize(workers_) - 1)(random);
  crashed_.push_back(in_effects(**victim));
  (*victim)->process.kill9();
  workers_.erase(victim);
  ++ends_.killed;
}

void Crew::look() {
  for (const auto& worker : workers_) {
    if (!worker->process.running()) throw std::runtime_error(worker->name + " ended by itself:\n" + worker->process.log());
  }
  std::erase_if(leaving_, [this](const std::unique_ptr<Worker>& leaving) {
    auto& worker = *leaving;
    const bool runs = worker.process.running();
    if (runs && system_clock().boot_time() < worker.until) return false;
    if (runs) {
      crashed_.push_back(in_effects(worker));
      worker.process.kill9();
      ++ends_.overran;
      return true;
    }
    if (const int code = worker.process.wait_exit(); code != 0)
      throw std::runtime_error(fmt::format("{} was told to end and did with {}:\n{}", worker.name, code, worker.process.log()));
    ++ends_.drained;
    ends_.busy += worker.busy ? 1 : 0;
    return true;
  });
}

std::string Crew::in_effects(const Worker& worker) const { return fmt::format("{}.{}", worker.name, worker.process.pid()); }

}  // namespace argosy::drain
