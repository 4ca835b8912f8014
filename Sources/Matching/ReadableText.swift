/// Tells names, slugs and sentences from what generators make, by the pairs of letters in them.
///
/// Of the pairs of letters in documentation and source text 93 % are among the 200 commonest, of random pairs 30 %. Each
/// common pair counts for the text and each other against it, weighed about by how much it tells; so does what is rarer
/// in names than in keys. Other languages come out alike: a Slovak headline does.
///
/// Costs, counted over 200,000 random texts for each alphabet and each of 16, 20, 24, 32, 40, 64 and 93 characters: of
/// 24 and more at most 6 texts of any alphabet of letters and digits (0.003 %), 8 of base32 (0.004 %), none from 40 on;
/// of 16 and 20 at most 13 (0.007 %). Of letters alone, which no form has: 33 of 24 and more (0.017 %), 164 of fewer
/// (0.08 %). Of hexadecimal digits none.
enum ReadableText {
  /// A common pair of letters, and any other.
  private static let common = 2
  private static let rare = -3
  /// A capital behind a small letter: every sixth pair of a name in capitals and small letters, every fourth of a key.
  private static let joint = -1
  /// A digit beside a letter: names have few.
  private static let digit = -2
  /// Seven common pairs, or ten with two others among them: `car_insurance` has them, `Store1` does not.
  private static let least = 13

  /// The 200 commonest pairs of letters in the texts of 150 Debian packages and in Swift sources, in lower case: the first
  /// letter, then each that follows it.
  private static let pairs = """
    abcdgiklmnprsty belouy caehiklortu dadeios eacdeflmnpqrstvxy faefilortu geiu haeiot iabcdefglmnoprstv kae
    ladefilostuy maeimop nacdeginost ocdfglmnoprstuvw paeiloprtu qu radegimnorstuy sacehiopstuw tacehiloprstuy
    uabceilmnprst vaei waehios xt ypst
    """

  /// One bit for each second letter, by the first.
  private static let followers: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 26)
    for row in pairs.utf8.split(whereSeparator: { !ByteSet.lowerLetters.contains($0) }) {
      guard let first = row.first else { continue }
      for second in row.dropFirst() { table[index(first)] |= 1 << UInt32(index(second)) }
    }
    return table
  }()

  static func contains(_ text: [UInt8]) -> Bool {
    var score = 0
    for (first, second) in zip(text, text.dropFirst()) { score += weight(first, second) }
    return score >= least
  }

  private static func weight(_ first: UInt8, _ second: UInt8) -> Int {
    let isLetter = (ByteSet.letters.contains(first), ByteSet.letters.contains(second))
    guard isLetter.0, isLetter.1 else {
      let hasDigit = ByteSet.digits.contains(first) || ByteSet.digits.contains(second)
      return hasDigit && (isLetter.0 || isLetter.1) ? digit : 0
    }
    if ByteSet.lowerLetters.contains(first), ByteSet.upperLetters.contains(second) { return joint }
    return followers[index(first)] >> UInt32(index(second)) & 1 == 1 ? common : rare
  }

  /// 0 for a and A.
  private static func index(_ letter: UInt8) -> Int { Int(letter | 0x20) - 0x61 }
}
