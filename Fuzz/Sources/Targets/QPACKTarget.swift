import Wire

@testable import Protocols

/// Field sections and encoder instructions of one direction of HTTP/3. Instructions also come in pieces: both tables
/// must then read the same.
enum QPACKTarget {
  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    let seed = choices.byte()
    var (whole, cut) = (QPACKDecoder(), QPACKDecoder())
    var (section, other) = (FieldSection(), FieldSection())
    for step in Script(choices.rest).steps {
      switch step.code & 7 {
      case 1:
        let size = step.bytes.prefix(8).reduce(0) { $0 << 7 | Int($1 & 0x7F) }
        whole.allow(tableByteCount: size)
        cut.allow(tableByteCount: size)
      case 2:
        whole.breakOff()
        cut.breakOff()
      case 3, 4:
        whole.takeInstructions(step.bytes.rawSpan)
        for piece in pieces(of: step.bytes.count, seed: seed) {
          cut.takeInstructions(step.bytes.rawSpan.extracting(piece))
        }
      default:
        let mayWait = step.code & 8 == 0
        let outcome = whole.decode(step.bytes.rawSpan, mayWait: mayWait, into: &section)
        require(
          cut.decode(step.bytes.rawSpan, mayWait: mayWait, into: &other) == outcome, "pieces end otherwise")
        require(section.bytes == other.bytes && section.lines == other.lines, "pieces read otherwise")
        HPACKTarget.check(section, of: step.bytes)
      }
    }
  }
}
