// The bounds of loops that no agent sets for itself. Used by the files of this folder. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace argosy::agent {

inline constexpr std::size_t kMaxCalls = 64;           // of one answer that are carried out
inline constexpr std::size_t kMaxKeptCalls = 128;      // that stay in the conversation, each with its result
inline constexpr std::int64_t kMaxSilent = 3;          // answers in a row that neither call a tool nor hold an edit
inline constexpr std::int64_t kBadEditsOfAFormat = 2;  // edits that cannot be placed, before whole files are asked for
inline constexpr std::size_t kMaxWholeFile = 32'000;   // bytes of a file that shall be sent whole
inline constexpr std::int64_t kWrapUp = 3;             // answers left: it is told to come to an end
inline constexpr std::size_t kMaxHistory = 200;        // happenings that are kept for stuck()
inline constexpr std::size_t kMaxKeptOutput = 400;     // bytes of a result in it; of longer ones a digest
inline constexpr std::size_t kMaxKeptMessage = 4'000;
inline constexpr std::size_t kMaxThought = 2'000;      // bytes of an event
inline constexpr std::size_t kMaxRecordWords = 6'000;  // of the record, as the model is told it
inline constexpr std::size_t kMaxQuestion = 4'000;
inline constexpr std::size_t kMaxProtectedQuestions = 4;  // of a step, about edits of protected files
inline constexpr std::size_t kMaxHeldEdit = 1'500;        // bytes that a person is shown of each of them
inline constexpr std::int64_t kGraceRounds = 1;           // after a nudge, before the next
inline constexpr std::int64_t kLongGrace = 8;             // the same where a change of files is waited for
inline constexpr std::int64_t kCalmRounds = 10;           // without a circle: earlier nudges are forgotten
// Compaction, all in shares of the window or of the conversation.
inline constexpr double kCompactAt = 0.7;  // of the window, the answer counted in
inline constexpr double kMaskingSuffices = 0.55;
inline constexpr double kLeastMasked = 0.1;             // of the window: less is not worth a cache that is lost
inline constexpr double kLeastSummed = 0.3;             // of the conversation
inline constexpr std::size_t kKeptRounds = 4;           // the newest are never touched
inline constexpr std::size_t kLeastMaskedResult = 400;  // bytes
inline constexpr std::size_t kMaxSummary = 6'000;       // bytes
inline constexpr std::size_t kMaxShownPart = 1'500;     // bytes of each part of what is to be summarised

}  // namespace argosy::agent
