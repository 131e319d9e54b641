#include "common/code/search/semantic.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "common/core/text.h"

namespace argosy::code {
namespace {

std::unexpected<Error> off() {
  return fail_user("semantic_search_off", "semantic search is off: no model makes vectors here",
                   "search by pattern or by symbol, or name an embedder");
}

void normalise(std::vector<float>& vector) {
  double square = 0.0;
  for (const float x : vector) square += static_cast<double>(x) * x;
  if (square <= 0.0) return;
  for (float& x : vector) x = static_cast<float>(x / std::sqrt(square));
}

double product(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

// What one call may take: as many texts as there are from `at` on, within both bounds, and at least one.
std::vector<std::string> batch(const std::vector<Chunk*>& chunks, std::size_t at) {
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (; at < chunks.size() && texts.size() < kMostEmbedded; ++at) {
    bytes += chunks[at]->text.size();
    if (!texts.empty() && bytes > kMostEmbeddedBytes) break;
    texts.push_back(chunks[at]->text);
  }
  return texts;
}

Result<std::vector<std::vector<float>>> vectors_of(const Embed& embed, std::vector<std::string> texts) {
  const std::size_t asked = texts.size();
  ARGOSY_TRY(auto vectors, embed(std::move(texts)));
  if (vectors.size() != asked)
    return fail_transient("embedding_incomplete", fmt::format("the embedder gave {} vectors for {} texts", vectors.size(), asked));
  for (auto& vector : vectors) normalise(vector);
  return vectors;
}

}  // namespace

std::vector<Chunk> chunks_of(const IndexedFile& file, std::string_view text) {
  const auto lines = text::lines(text);
  const auto& definitions = file.tags->definitions;
  std::vector<Chunk> chunks;
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    const Definition& one = definitions[i];
    if (one.line == 0 || one.line > lines.size() || one.kind == TagKind::field || one.kind == TagKind::variable) continue;
    Chunk chunk{file.path, one.scope.empty() ? std::string(one.name) : fmt::format("{}.{}", one.scope, one.name), one.line, one.end_line};
    chunk.text = fmt::format("{}: {} {}\n", file.path, to_string(one.kind), chunk.name);
    std::size_t inner = i + 1;
    for (std::size_t line = one.line; line <= std::min<std::size_t>(one.end_line, lines.size()) && chunk.text.size() < kMostChunk; ++line) {
      // What has several lines of its own is a chunk of its own.
      while (inner < definitions.size() && definitions[inner].line < line) ++inner;
      if (inner < definitions.size() && definitions[inner].line == line && definitions[inner].end_line > line &&
          definitions[inner].end_line <= one.end_line) {
        chunk.text += std::string(lines[line - 1]) + "\n";
        line = definitions[inner].end_line;
        continue;
      }
      chunk.text += std::string(lines[line - 1]) + "\n";
    }
    chunk.text = text::ellipsize(text::to_utf8(chunk.text), kMostChunk);
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

Result<void> SemanticSearch::read(std::span<const IndexedFile> files, const SourceTree& tree) {
  if (!on()) return off();
  std::set<std::string_view> here;
  for (const IndexedFile& file : files) here.insert(file.path);
  std::erase_if(known_, [&](const auto& one) { return !here.contains(one.first); });
  std::size_t count = chunks();
  std::vector<std::pair<std::string, Known>> fresh;
  for (const IndexedFile& file : files) {
    const auto old = known_.find(file.path);
    if (old != known_.end() && old->second.hash == file.hash) continue;
    if (old != known_.end()) count -= old->second.chunks.size();
    ARGOSY_TRY(const auto text, tree.read(file.path));
    Known known{file.hash};
    if (text) known.chunks = chunks_of(file, *text);
    known.chunks.resize(std::min(known.chunks.size(), kMostChunks - std::min(count, kMostChunks)));
    count += known.chunks.size();
    fresh.emplace_back(file.path, std::move(known));
  }
  std::vector<Known*> unread;
  for (auto& [path, known] : fresh) unread.push_back(&known);
  auto embedded = embed(unread);
  // What is whole is kept when a later call fails: somebody has paid for it.
  for (auto& [path, known] : fresh)
    if (known.vectors.size() == known.chunks.size()) known_.insert_or_assign(std::move(path), std::move(known));
  return embedded;
}

Result<void> SemanticSearch::embed(std::vector<Known*>& fresh) {
  std::vector<Chunk*> chunks;
  std::vector<Known*> owners;
  for (Known* known : fresh)
    for (Chunk& chunk : known->chunks) {
      chunks.push_back(&chunk);
      owners.push_back(known);
    }
  for (std::size_t at = 0; at < chunks.size();) {
    ARGOSY_TRY(auto vectors, vectors_of(embed_, batch(chunks, at)));
    for (auto& vector : vectors) {
      owners[at]->vectors.push_back(std::move(vector));
      chunks[at++]->text = {};
    }
  }
  return {};
}

Result<std::vector<SemanticHit>> SemanticSearch::find(std::string_view question, std::size_t most) const {
  if (!on()) return off();
  ARGOSY_TRY(const auto vectors, vectors_of(embed_, {text::ellipsize(text::to_utf8(question), kMostChunk)}));
  std::vector<SemanticHit> hits;
  for (const auto& [path, known] : known_)
    for (std::size_t i = 0; i < known.vectors.size(); ++i) {
      const Chunk& chunk = known.chunks[i];
      hits.push_back({chunk.path, chunk.name, chunk.line, chunk.end_line, product(known.vectors[i], vectors.front())});
    }
  std::ranges::sort(hits, {}, [](const SemanticHit& hit) { return std::tuple(-hit.score, std::string_view(hit.path), hit.line); });
  if (hits.size() > most) hits.resize(most);
  return hits;
}

std::size_t SemanticSearch::chunks() const {
  std::size_t count = 0;
  for (const auto& [path, known] : known_) count += known.chunks.size();
  return count;
}

}  // namespace argosy::code
