"""The order service as a Flask app, which Zappa deploys."""

from botocore.exceptions import ClientError
from flask import Flask, jsonify, request

import orders

app = Flask(__name__)


@app.post("/orders/<order>")
def place(order):
    return jsonify(orders.place(order, request.get_data(as_text=True)))


@app.get("/orders/<order>")
def show(order):
    return jsonify(orders.show(order))


@app.get("/salaries")
def salaries():
    return jsonify(orders.salaries())


@app.delete("/orders")
def drop():
    return jsonify(orders.drop())


@app.errorhandler(ClientError)
def refused(error):
    return jsonify(error=str(error)), 403
