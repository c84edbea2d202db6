#include "emulator/sql_aggregates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

#include "emulator/numbers.h"

namespace mtc::emulator {
namespace {

bool is_null(const Statement& row, int column) {
  return row.type(column) == SQLITE_NULL;
}

double as_number(const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return 0;
}

// Back from the double that a bigint was sampled as: the largest ones are rounded up out of range.
std::int64_t to_whole(double number) {
  return number < 0x1p63 ? static_cast<std::int64_t>(number) : INT64_MAX;
}

bool less(const SqlValue& a, const SqlValue& b) {
  const auto* text_a = std::get_if<std::string>(&a);
  const auto* text_b = std::get_if<std::string>(&b);
  if (text_a != nullptr && text_b != nullptr) return *text_a < *text_b;
  return as_number(a) < as_number(b);
}

class CountAll final : public Aggregate {
 public:
  void add(const Statement&, int) override { ++count_; }
  SqlValue value() override { return count_; }

 private:
  std::int64_t count_ = 0;
};

class Count final : public Aggregate {
 public:
  void add(const Statement& row, int column) override { count_ += is_null(row, column) ? 0 : 1; }
  SqlValue value() override { return count_; }

 private:
  std::int64_t count_ = 0;
};

class CountIf final : public Aggregate {
 public:
  void add(const Statement& row, int column) override {
    count_ += row.integer(column) != 0 ? 1 : 0;
  }
  SqlValue value() override { return count_; }

 private:
  std::int64_t count_ = 0;
};

class Sum final : public Aggregate {
 public:
  explicit Sum(bool whole) : whole_(whole) {}
  void add(const Statement& row, int column) override {
    if (is_null(row, column)) return;
    ++count_;
    integer_ = static_cast<std::int64_t>(static_cast<std::uint64_t>(integer_) +
                                         static_cast<std::uint64_t>(row.integer(column)));
    number_ += row.number(column);
  }
  SqlValue value() override {
    if (count_ == 0) return {};
    return whole_ ? SqlValue(integer_) : SqlValue(number_);
  }

 private:
  bool whole_;
  std::int64_t count_ = 0, integer_ = 0;
  double number_ = 0;
};

class Mean final : public Aggregate {
 public:
  explicit Mean(bool geometric) : geometric_(geometric) {}
  void add(const Statement& row, int column) override {
    if (is_null(row, column)) return;
    ++count_;
    sum_ += geometric_ ? std::log(row.number(column)) : row.number(column);
  }
  SqlValue value() override {
    if (count_ == 0) return {};
    const double mean = sum_ / static_cast<double>(count_);
    return geometric_ ? std::exp(mean) : mean;
  }

 private:
  bool geometric_;
  std::int64_t count_ = 0;
  double sum_ = 0;
};

// min, max, and with a key of their own min_by and max_by.
class Extreme final : public Aggregate {
 public:
  Extreme(bool largest, int key_offset) : largest_(largest), key_offset_(key_offset) {}
  void add(const Statement& row, int column) override {
    if (is_null(row, column + key_offset_)) return;
    auto key = value_at(row, column + key_offset_);
    if (any_ && !(largest_ ? less(key_, key) : less(key, key_))) return;
    any_ = true;
    key_ = std::move(key);
    if (key_offset_ != 0) value_ = value_at(row, column);
  }
  SqlValue value() override { return key_offset_ != 0 ? value_ : key_; }

 private:
  bool largest_;
  int key_offset_;
  bool any_ = false;
  SqlValue key_, value_;
};

class Arbitrary final : public Aggregate {
 public:
  void add(const Statement& row, int column) override {
    if (value_.index() == 0) value_ = value_at(row, column);
  }
  SqlValue value() override { return value_; }

 private:
  SqlValue value_;
};

class Bool final : public Aggregate {
 public:
  explicit Bool(bool all) : all_(all), value_(all) {}
  void add(const Statement& row, int column) override {
    if (is_null(row, column)) return;
    any_ = true;
    const bool here = row.integer(column) != 0;
    value_ = all_ ? value_ && here : value_ || here;
  }
  SqlValue value() override { return any_ ? SqlValue(std::int64_t{value_}) : SqlValue(); }

 private:
  bool all_, value_, any_ = false;
};

// Exact: within the error that the cloud allows itself.
class Distinct final : public Aggregate {
 public:
  void add(const Statement& row, int column) override {
    if (is_null(row, column)) return;
    seen_.insert(std::string(row.text(column)));
  }
  SqlValue value() override { return static_cast<std::int64_t>(seen_.size()); }

 private:
  std::unordered_set<std::string> seen_;
};

class Percentile final : public Aggregate {
 public:
  Percentile(std::vector<double> shares, bool list, bool whole)
      : shares_(std::move(shares)), list_(list), whole_(whole) {}
  void add(const Statement& row, int column) override {
    if (!is_null(row, column)) samples_.push_back(row.number(column));
  }
  SqlValue value() override {
    if (samples_.empty()) return {};
    std::string text = "[";
    for (const double share : shares_) {
      const double number = at(share);
      if (!list_) return whole_ ? SqlValue(to_whole(number)) : SqlValue(number);
      if (text.size() > 1) text += ',';
      text += whole_ ? std::to_string(to_whole(number)) : number_text(number);
    }
    return text + "]";
  }

 private:
  double at(double share) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(samples_.size())));
    const auto index = std::min(samples_.size() - 1, rank == 0 ? 0 : rank - 1);
    std::ranges::nth_element(samples_, samples_.begin() + static_cast<std::ptrdiff_t>(index));
    return samples_[index];
  }
  std::vector<double> shares_;
  bool list_, whole_;
  std::vector<double> samples_;
};

struct Shape {
  std::string_view name;
  std::size_t arguments;
};
constexpr std::array kShapes{Shape{"count", 1},
                             Shape{"count_if", 1},
                             Shape{"sum", 1},
                             Shape{"avg", 1},
                             Shape{"min", 1},
                             Shape{"max", 1},
                             Shape{"max_by", 2},
                             Shape{"min_by", 2},
                             Shape{"arbitrary", 1},
                             Shape{"bool_and", 1},
                             Shape{"bool_or", 1},
                             Shape{"geometric_mean", 1},
                             Shape{"approx_distinct", 1},
                             Shape{"approx_percentile", 2}};

std::unexpected<ApiError> wrong(const SqlExpr& call) {
  return syntax_error("Unexpected parameters for function " + call.text);
}

bool read_shares(const SqlExpr& expr, std::vector<double>& out) {
  if (expr.kind == SqlExpr::Kind::array) {
    return std::ranges::all_of(expr.args, [&](const SqlExpr& item) {
      return item.kind != SqlExpr::Kind::array && read_shares(item, out);
    });
  }
  if (expr.kind != SqlExpr::Kind::number && expr.kind != SqlExpr::Kind::integer) return false;
  double share = -1;
  read_number(expr.text, share);
  out.push_back(share);
  return share >= 0 && share <= 1;
}

}  // namespace

bool is_aggregate(std::string_view function) {
  return std::ranges::any_of(kShapes, [&](const Shape& shape) { return shape.name == function; });
}

ApiResult<AggregateCall> read_aggregate(const SqlExpr& call) {
  const auto shape = std::ranges::find(kShapes, call.text, &Shape::name);
  if (shape == kShapes.end() || call.args.size() != shape->arguments) return wrong(call);
  AggregateCall out{.call = call};
  const bool star = call.args[0].kind == SqlExpr::Kind::star;
  if (star && (call.text != "count" || call.flag)) return wrong(call);
  if (call.flag && call.text != "count") return wrong(call);
  if (call.text == "approx_percentile") {
    if (!read_shares(call.args[1], out.percentiles) || out.percentiles.empty()) return wrong(call);
    out.arguments = {call.args[0]};
  } else if (!star) {
    out.arguments = call.args;
  }
  return out;
}

SqlType AggregateCall::result_type() const {
  const auto& name = call.text;
  if (name == "count" || name == "count_if" || name == "approx_distinct") return SqlType::bigint;
  if (name == "avg" || name == "geometric_mean") return SqlType::real;
  if (name == "bool_and" || name == "bool_or") return SqlType::boolean;
  if (name == "approx_percentile" && call.args[1].kind == SqlExpr::Kind::array)
    return SqlType::array;
  return argument_types.empty() ? SqlType::unknown : argument_types[0];
}

std::unique_ptr<Aggregate> AggregateCall::make() const {
  const auto& name = call.text;
  const bool whole = !argument_types.empty() && argument_types[0] == SqlType::bigint;
  if (name == "count" && arguments.empty()) return std::make_unique<CountAll>();
  if (name == "approx_distinct" || (name == "count" && call.flag))
    return std::make_unique<Distinct>();
  if (name == "count") return std::make_unique<Count>();
  if (name == "count_if") return std::make_unique<CountIf>();
  if (name == "sum") return std::make_unique<Sum>(whole);
  if (name == "avg" || name == "geometric_mean") return std::make_unique<Mean>(name != "avg");
  if (name == "min" || name == "max") return std::make_unique<Extreme>(name == "max", 0);
  if (name == "min_by" || name == "max_by") return std::make_unique<Extreme>(name == "max_by", 1);
  if (name == "bool_and" || name == "bool_or") return std::make_unique<Bool>(name == "bool_and");
  if (name == "approx_percentile") {
    return std::make_unique<Percentile>(percentiles, call.args[1].kind == SqlExpr::Kind::array,
                                        whole);
  }
  return std::make_unique<Arbitrary>();
}

}  // namespace mtc::emulator
