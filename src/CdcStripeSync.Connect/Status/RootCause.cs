namespace CdcStripeSync.Connect.Status;

/// <summary>Why a task failed, from its Java stack trace, in one line.</summary>
public static class RootCause
{
    private const string CausedBy = "Caused by: ";
    private const int Longest = 400;

    /// <summary>The message of the innermost exception, without its class; the class where it has no message.</summary>
    public static string Of(string trace)
    {
        var lines = trace.ReplaceLineEndings("\n").Split('\n');
        var start = Array.FindLastIndex(lines, l => l.StartsWith(CausedBy, StringComparison.Ordinal));
        if (start < 0) start = 0;
        var message = string.Join(' ', lines.Skip(start).TakeWhile((l, i) => i == 0 || !IsFrame(l)).Select(l => l.Trim()).Where(l => l.Length > 0));
        if (message.StartsWith(CausedBy, StringComparison.Ordinal)) message = message[CausedBy.Length..];
        message = Planning.Secrets.Clean(WithoutClass(message));
        // Debezium prints whole objects in the middle; what happened and what to do stand at the ends.
        return message.Length <= Longest ? message : string.Concat(message.AsSpan(0, Longest / 2), " … ", message.AsSpan(message.Length - ((Longest / 2) - 3)));
    }

    private static bool IsFrame(string line) =>
        line.StartsWith("\tat ", StringComparison.Ordinal) || line.StartsWith("\t...", StringComparison.Ordinal) || line.StartsWith("\tSuppressed:", StringComparison.Ordinal);

    /// <summary><c>org.postgresql.util.PSQLException: ERROR: …</c> keeps what follows the class.</summary>
    private static string WithoutClass(string message)
    {
        var colon = message.IndexOf(": ", StringComparison.Ordinal);
        var name = colon < 0 ? message : message[..colon];
        var isClass = name.Contains('.', StringComparison.Ordinal) && !name.Contains(' ', StringComparison.Ordinal);
        if (!isClass) return message;
        return colon < 0 ? name[(name.LastIndexOf('.') + 1)..] : message[(colon + 2)..];
    }
}
