// The picture of a task: its DAG, one line a step, and a progress bar. Text only; who shows it decides when. Pure, any thread.
#pragma once

#include <string>

#include "workers/cli/client/task_model.h"

namespace argosy::cli {

struct ScreenOptions {
  std::size_t width = 80;  // of a line, in characters
  std::size_t height = 0;  // most lines, finished steps give way first; 0: as many as there are
  bool colour = false;
};

// Lines end in \n. `now` dates what still runs.
std::string draw(const TaskModel& task, UnixMillis now, const ScreenOptions& options);

// "0.4 s", "12 s", "3 min 05 s"
std::string duration_text(UnixMillis millis);

// The end of a task for people: branch, commit, tests, or the error with its hint.
std::string outcome_text(const TaskModel& task);

// A question that waits for a person, and how to answer it.
std::string question_text(const TaskModel& task, const CheckpointModel& question);
// All of them; empty when none waits.
std::string questions_text(const TaskModel& task);

}  // namespace argosy::cli
