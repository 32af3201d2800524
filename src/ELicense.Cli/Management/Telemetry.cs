using System.Diagnostics;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ELicense.Cli.Management;

/// <summary>
/// What this process measures, for who asks (<see cref="Scrape"/>) and, when a collector is named, sent to it by OTLP with the traces. No codes, names or addresses of
/// anybody are in it.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    private readonly Lock _one = new();
    private readonly StringBuilder _text = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _metrics;
    private readonly TracerProvider? _traces;

    /// <param name="collector">Base address of an OTLP collector over HTTP; null: as the standard environment variables say, and nothing is sent when they name none.</param>
    public Telemetry(Uri? collector)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("elicense", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString());
        _reader = new BaseExportingMetricReader(new Exporter(new PrometheusText(_text)));
        var metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("ELicense.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            // Names that end so are for histograms in the text format.
            .AddView(instrument => instrument.Name.EndsWith(".count", StringComparison.Ordinal) ? MetricStreamConfiguration.Drop : null)
            .AddReader(_reader);
        if (collector is not null || IsNamed("OTEL_EXPORTER_OTLP_ENDPOINT"))
        {
            metrics.AddOtlpExporter(otlp => Address(otlp, collector, "v1/metrics"));
            // Attributes of the semantic conventions for HTTP on the activities of applications that start from now on.
            AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
            _traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource("Microsoft.AspNetCore")
                .AddProcessor(new WithoutPaths())
                .AddOtlpExporter(otlp => Address(otlp, collector, "v1/traces"))
                .Build();
        }

        _metrics = metrics.Build();
    }

    /// <summary>All metrics as they are now (<see cref="PrometheusText"/>).</summary>
    public string Scrape()
    {
        lock (_one)
        {
            _text.Clear();
            _reader.Collect();
            return _text.ToString();
        }
    }

    /// <summary>Sends what was not sent yet.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        _traces?.Dispose();
    }

    private static bool IsNamed(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static void Address(OtlpExporterOptions otlp, Uri? collector, string path)
    {
        if (collector is null)
            return;
        otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = new Uri(collector.AbsoluteUri.TrimEnd('/') + "/" + path);
    }

    private sealed class Exporter(PrometheusText text) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
                text.Write(metric);
            return ExportResult.Success;
        }
    }

    /// <summary>A path may hold a token or an enterprise's code, and who asked is nobody's business: a trace has the route.</summary>
    private sealed class WithoutPaths : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            foreach (var name in (string[])["url.path", "url.query", "client.address", "user_agent.original"])
                data.SetTag(name, null);
        }
    }
}
