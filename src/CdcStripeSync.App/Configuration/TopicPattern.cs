using System.Text.RegularExpressions;

namespace CdcStripeSync.App.Configuration;

/// <summary>A regular expression of <c>kafka.topics</c>. librdkafka reads it with the C library, as an extended one of POSIX; <c>check</c> looks for its topics
/// with .NET's. Only what both read alike is taken: of the rest, POSIX refuses some and takes some for other characters, without a word.</summary>
/// <remarks>Source: librdkafka's rdregex.c (regcomp with REG_EXTENDED); POSIX.1-2017, XBD 9.3.5 and 9.4. Letters behind a backslash are GNU's and musl's addition.</remarks>
internal static class TopicPattern
{
    /// <summary>Letters that mean the same behind a backslash in .NET, glibc and musl.</summary>
    private const string CommonEscapes = "wWsSbB";

    /// <summary>What is wrong with it, and what to write instead; null where nothing is.</summary>
    public static string? Mistake(string pattern)
    {
        try
        {
            _ = new Regex(pattern);
        }
        catch (ArgumentException e)
        {
            return $"is no regular expression: {e.Message}";
        }

        for (var at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] == '[')
            {
                var end = EndOfBrackets(pattern, at);
                if (InBrackets(pattern[at..end]) is { } wrong) return wrong;
                at = end - 1;
            }
            else if (Outside(pattern, at) is { } wrong)
            {
                return wrong;
            }
            else if (pattern[at] == '\\')
            {
                at++;
            }
        }

        return null;
    }

    private static string? Outside(string pattern, int at) => (pattern[at], at + 1 < pattern.Length ? pattern[at + 1] : '\0') switch
    {
        ('\\', 'd') => @"holds \d, which the C library takes for the letter d; write [0-9]",
        ('\\', 'D') => @"holds \D, which the C library takes for the letter D; write [^0-9]",
        ('\\', var escaped) when char.IsAsciiLetterOrDigit(escaped) && !CommonEscapes.Contains(escaped, StringComparison.Ordinal) =>
            $@"holds \{escaped}, which the C library takes for something else than .NET; write the character itself, or a set as in [a-z]",
        ('(', '?') => "holds (?, which the C library does not know; write ( ) alone for a group, and no look-around: several entries of kafka.topics may stand beside each other",
        ('*' or '+' or '?' or '}', '?') => $"holds {pattern[at]}?, a lazy quantifier, which the C library does not know; leave the second one out: what matches is the same",
        _ => null,
    };

    /// <summary>Behind the bracket that closes a set; one that comes first, or behind ^, is a member.</summary>
    private static int EndOfBrackets(string pattern, int at)
    {
        var next = at + 1;
        if (next < pattern.Length && pattern[next] == '^') next++;
        if (next < pattern.Length && pattern[next] == ']') next++;
        while (next < pattern.Length && pattern[next] != ']') next += pattern[next] == '\\' ? 2 : 1;
        return Math.Min(next + 1, pattern.Length);
    }

    /// <summary>In POSIX a backslash between brackets is a member like others, and a bracket there may open a class. A topic's name has neither; before a point one does no harm.</summary>
    private static string? InBrackets(string set)
    {
        if (set.Replace(@"\.", ".", StringComparison.Ordinal).Contains('\\', StringComparison.Ordinal))
            return $"holds {set}, in which the C library takes the backslash for a character; write the characters themselves, as in [0-9a-z_], with - last";
        return set.LastIndexOf('[') > 0 ? $"holds {set}, in which .NET and the C library read the second [ differently; write the characters themselves, as in [0-9a-z_]" : null;
    }
}
