using System.Buffers.Binary;
using System.Text;

namespace CdcStripeSync.CrashTest.Processes;

/// <summary>What a program asks of PostgreSQL, as far as it takes to tell its effects: which writes a batch holds.</summary>
/// <remarks>Source: PostgreSQL's documentation, "Frontend/Backend Protocol", message formats.</remarks>
internal sealed class StateFrames
{
    private readonly Dictionary<string, string> _statements = new(StringComparer.Ordinal);
    private byte[] _rest = [];
    private string? _effect;
    private bool _started;

    /// <summary>Takes what came, and answers the effect of the batch that ended in it: intent, settlement, offsets, or null.</summary>
    public string? Read(ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _rest, .. bytes];
        string? ended = null;
        var at = 0;
        while (true)
        {
            var head = _started ? 1 : 0; // the first message has no type
            if (all.Length - at < head + 4) break;
            var length = BinaryPrimitives.ReadInt32BigEndian(all.AsSpan(at + head)) + head;
            if (all.Length - at < length) break;
            if (_started && Message((char)all[at], all.AsSpan(at + 5, length - 5)) is { } effect) ended = effect;
            _started = true;
            at += length;
        }

        _rest = all[at..];
        return ended;
    }

    private string? Message(char type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case 'P':
                var name = Text(body);
                _statements[name] = Text(body[(Encoding.UTF8.GetByteCount(name) + 1)..]);
                return null;
            case 'B':
                var portal = Text(body);
                var statement = _statements.GetValueOrDefault(Text(body[(Encoding.UTF8.GetByteCount(portal) + 1)..]), "");
                if (statement.Contains("insert into entities", StringComparison.Ordinal)) _effect = body.IndexOf("idempotency_key"u8) >= 0 ? "intent" : _effect ?? "settlement";
                else if (statement.Contains("insert into offsets", StringComparison.Ordinal)) _effect ??= "offsets";
                return null;
            case 'S':
                var ended = _effect;
                _effect = null;
                return ended;
            default:
                return null;
        }
    }

    private static string Text(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body[..body.IndexOf((byte)0)]);
}
