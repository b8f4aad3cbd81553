namespace CdcStripeSync.Simulator.State;

/// <summary>Ids of Stripe's shape, the same in every run with the same seed.</summary>
internal sealed class IdFactory(int seed)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private readonly Random random = new(seed);
    private long drawn;

    /// <summary>How many characters were drawn so far: where a continued run goes on.</summary>
    public long Drawn
    {
        get
        {
            lock (random) return drawn;
        }
    }

    public string Next(string prefix, int length)
    {
        Span<char> tail = stackalloc char[length];
        lock (random)
        {
            foreach (ref var c in tail) c = Draw();
        }

        return string.Concat(prefix, tail);
    }

    /// <summary>Passes over what an earlier run with this seed has drawn, so that none of its ids comes again.</summary>
    public void SkipTo(long position)
    {
        lock (random)
        {
            while (drawn < position) Draw();
        }
    }

    private char Draw()
    {
        drawn++;
        return Alphabet[random.Next(Alphabet.Length)];
    }
}
