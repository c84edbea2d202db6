#include "domain/rollback/rung.h"

namespace mtc::rollback {

std::string say_rung(Rung rung, Language language) {
  const bool zh = language == Language::zh;
  switch (rung) {
    case Rung::restart:
      return zh ? "重启" : "restart";
    case Rung::scale_out:
      return zh ? "扩容" : "scale out";
    case Rung::previous_version:
      return zh ? "回滚到上一个版本" : "roll back to the previous version";
    case Rung::isolate:
      return zh ? "隔离" : "isolate what is sick";
    case Rung::whole_release:
      return zh ? "整个发布一起回滚" : "roll back the whole release";
    case Rung::person:
      return zh ? "交给人处理" : "hand over to a person";
  }
  return {};
}

}  // namespace mtc::rollback
