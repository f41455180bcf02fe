from supervision.models.statistics import StatisticsReport, StatisticsRun

__all__ = ["StatisticsReport", "StatisticsRun"]
