using System.Security.Cryptography.X509Certificates;

namespace CdcStripeSync.DevStack.Connect;

/// <summary>How the Connect double starts.</summary>
public sealed record ConnectServerOptions
{
    /// <summary>On 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>With a name, every request must carry it by basic authentication.</summary>
    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>Serves HTTPS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>What <c>${env:NAME}</c> stands for where the worker runs.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>How long the worker takes to get to what it was told; until then a new connector's status is a 404.</summary>
    public TimeSpan Reaction { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>As the worker names itself in every status.</summary>
    public string WorkerId { get; init; } = "127.0.0.1:8083";

    public string KafkaClusterId { get; init; } = "devstack-cluster-000001";

    /// <summary>Serves <c>POST /_double</c>, by which faults are shaped from outside.</summary>
    public bool Controls { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
